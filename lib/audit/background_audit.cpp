#include "audit/background_audit.h"

#include <algorithm>

#include "audit/exclusive.h"
#include "audit/log_audit.h"
#include "base/error.h"
#include "base/log.h"

namespace gdprd::audit {

using background::PageBudget;
using background::Run;

namespace {

constexpr Milliseconds look_every{60'000};
constexpr Milliseconds save_every{2'000};

}  // namespace

BackgroundAudit::BackgroundAudit(BackgroundAuditOptions options, health::Metrics& metrics)
    : options_(std::move(options)), metrics_(metrics) {}

Milliseconds BackgroundAudit::period() const { return is_behind_ ? Milliseconds{0} : look_every; }

bool BackgroundAudit::is_due(const Run& run) const {
    Store store(run.connection, options_.pass.ledger_database);
    const auto begun_at = store.begun_at();
    if (begun_at && !store.finished_at()) return true;
    return options_.schedule.is_due(begun_at, made_at_, now());
}

// A command went on with the audit meanwhile, or began another one.
bool BackgroundAudit::is_outdated(const Run& run) const {
    Store store(run.connection, options_.pass.ledger_database);
    return store.begun_at() != pass_->begun_at() || store.finished_at();
}

void BackgroundAudit::run(const Run& run) {
    is_behind_ = false;
    if (options_.schedule.is_off() || (pass_ == nullptr && !is_due(run))) return;
    const Exclusive exclusive(run.connection, options_.pass.ledger_database, Milliseconds{0});
    if (!exclusive.is_held()) return;
    if (pass_ != nullptr && is_outdated(run)) pass_.reset();
    if (pass_ == nullptr && !is_due(run)) return;
    if (options_.replica) {
        database::Connection replica(*options_.replica);
        go_on(run, replica);
    } else {
        go_on(run, run.connection);
    }
}

void BackgroundAudit::go_on(const Run& run, database::Connection& mautic) {
    const Connections connections{mautic, run.connection};
    if (pass_ == nullptr) prepare(run, connections);
    if (pass_ == nullptr) return;
    is_behind_ = true;
    if (!read_tables(run, connections)) return;
    is_behind_ = false;
    finish(run);
}

void BackgroundAudit::prepare(const Run& run, const Connections& connections) {
    table_ = nullptr;
    auto pass = std::make_unique<Pass>(connections, options_.pass, [&run] {
        run.throttle.wait(run.connection, run.stop);
        return !run.stop.stop_requested();
    });
    if (!pass->is_ready()) return;
    pass_ = std::move(pass);
    log::info(pass_->is_continued() ? "audit continued" : "audit begun",
              {{"tables", pass_->tables().size()}, {"erased_addresses", pass_->people().addresses()}});
}

// False when there is more to do.
bool BackgroundAudit::read_tables(const Run& run, const Connections& connections) {
    PageBudget chunks(run);
    while (chunks.next()) {
        if (table_ == nullptr) table_ = pass_->take();
        if (table_ == nullptr) return true;
        pass_->refresh(run.connection, *table_);
        if (!table_->finished) {
            read_table(run, connections, chunks);
            pass_->save(run.connection, *table_);
        }
        if (!table_->finished) return false;
        table_ = nullptr;
    }
    return false;
}

// What cannot be left is read at one go, unless the daemon stops: then its process begins it anew.
void BackgroundAudit::read_table(const Run& run, const Connections& connections, PageBudget& chunks) {
    std::uint64_t rows = table_->position.empty() ? 0 : table_->rows;
    Timestamp saved_at = now();
    audit_table(connections, *table_, pass_->people(), [&](const TableState& state) {
        metrics_.audited(state.rows - std::exchange(rows, state.rows));
        if (now() - saved_at > save_every) {
            pass_->save(run.connection, state);
            saved_at = now();
        }
        if (can_be_left(state)) return chunks.another();
        run.throttle.wait(run.connection, run.stop);
        return !run.stop.stop_requested();
    });
}

void BackgroundAudit::finish(const Run& run) {
    LogAudit logs;
    if (!options_.mautic_directory.empty()) {
        try {
            logs = audit_logs(options_.mautic_directory, pass_->people(), run.connection,
                              [&run](const std::string&, std::uint64_t, std::uint64_t) {
                                  run.throttle.wait(run.connection, run.stop);
                                  return !run.stop.stop_requested();
                              });
        } catch (const ConfigurationError& error) {
            logs.not_searched.push_back({"var/logs", describe(error)});
        }
    }
    if (logs.interrupted) return;
    pass_->finish(run.connection);
    tell(logs);
    pass_.reset();
}

void BackgroundAudit::tell(const LogAudit& logs) const {
    std::uint64_t rows = 0;
    for (const TableState& state : pass_->tables()) {
        rows += state.rows;
        for (std::size_t i = 0; i < state.columns.size(); ++i) {
            if (state.columns[i].rows_erased == 0) continue;
            log::warning("addresses of people who were erased", {{"table", state.table.name},
                                                                 {"column", state.table.columns[i].name},
                                                                 {"rows", state.columns[i].rows_erased}});
        }
    }
    for (const FileFindings& file : logs.files) {
        if (file.lines_erased == 0) continue;
        log::warning("addresses of people who were erased",
                     {{"file", file.file}, {"lines", file.lines_erased}});
    }
    const std::uint64_t found = counts_of(pass_->tables()).erased + counts_of(logs.files).erased;
    std::vector<verify::NotSearched> missing = pass_->not_searched();
    missing.insert(missing.end(), logs.not_searched.begin(), logs.not_searched.end());
    for (const auto& one : missing)
        log::warning("audit: not searched", {{"what", one.what}, {"why", one.why}});
    metrics_.audit_done(found);
    const log::Fields fields{{"found", found}, {"rows", rows}, {"not_searched", missing.size()}};
    if (found > 0 || !missing.empty()) {
        log::warning("audit done; `mautic-gdprd audit --last` says more", fields);
    } else {
        log::info("audit done", fields);
    }
}

}  // namespace gdprd::audit
