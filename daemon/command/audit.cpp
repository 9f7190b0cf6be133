#include "daemon/command/audit.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <iostream>
#include <map>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "audit/exclusive.h"
#include "audit/log_audit.h"
#include "audit/pass.h"
#include "background/throttle.h"
#include "base/error.h"
#include "base/secret.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/audited_database.h"
#include "daemon/command/terminal/progress_bar.h"
#include "daemon/command/terminal/text_table.h"
#include "daemon/signals.h"

namespace gdprd::command {

namespace {

using audit::ColumnFindings;
using audit::TableState;
using daemon::Signals;

constexpr Milliseconds reading_timeout{3'600'000};  // of a table without indexes on a busy server
constexpr Milliseconds turn_timeout{60'000};        // the daemon's turns are shorter
constexpr Milliseconds saved_every{2'000};
constexpr Milliseconds signals_every{50};
constexpr Milliseconds kept_alive_every{10'000};

// What the threads and the one that waits for signals have in common.
struct Common {
    std::stop_source stop;
    std::atomic<std::uint64_t> bytes_done{0};
    std::atomic<std::uint64_t> bytes_in_all{0};
    std::atomic<std::uint64_t> rows{0};
    std::atomic<std::size_t> at_work{0};
    std::mutex mutex;
    std::string table;           // protected by mutex
    std::exception_ptr failure;  // protected by mutex
};

class Audit {
  public:
    Audit(const config::Config& config, const AuditOptions& options)
        : config_(config),
          options_(options),
          ledger_options_(with_patience(config.database)),
          mautic_options_(with_patience(daemon::audited_database(config))),
          throttle_({config.sweep.busy_threads}),
          bar_(!options.no_progress) {}

    // What is kept of the last one. Its log files are not.
    AuditAnswer last() {
        database::Connection ledger(ledger_options_);
        database::Connection mautic(mautic_options_);
        audit::KeptAudit kept = audit::read_kept_audit({mautic, ledger}, pass_options());
        if (!kept.begun_at) {
            throw ConfigurationError("audit: there was none yet", "Run it without --last");
        }
        answer_.last = true;
        answer_.begun_at = *kept.begun_at;
        answer_.interrupted = !kept.finished_at;
        answer_.tables = std::move(kept.tables);
        answer_.not_searched = std::move(kept.not_searched);
        return std::move(answer_);
    }

    AuditAnswer run() {
        database::Connection ledger(ledger_options_);
        std::optional<audit::Exclusive> exclusive;
        if (options_.tables.empty()) exclusive.emplace(ledger, config_.ledger.database, turn_timeout);
        if (exclusive && !exclusive->is_held()) {
            throw Error("audit: another one is in the middle of it, a command or a daemon",
                        "Wait for its end, or read single tables with --table");
        }
        database::Connection mautic(mautic_options_);
        const auto go_on = [this] { return !is_asked_to_stop(); };
        audit::Pass pass({mautic, ledger}, pass_options(), go_on);
        answer_.interrupted = !pass.is_ready();
        if (pass.is_ready()) read_tables(pass, ledger);
        if (pass.is_ready() && !answer_.interrupted && options_.tables.empty()) read_logs(pass, ledger);
        if (pass.is_ready()) answer_.erased_addresses = pass.people().addresses();
        answer_.begun_at = pass.begun_at();
        answer_.continued = pass.is_continued();
        answer_.tables = pass.tables();
        std::sort(answer_.tables.begin(), answer_.tables.end(),
                  [](const TableState& a, const TableState& b) { return a.table.name < b.table.name; });
        const auto missing = pass.not_searched();
        answer_.not_searched.insert(answer_.not_searched.begin(), missing.begin(), missing.end());
        return std::move(answer_);
    }

  private:
    static database::ConnectionOptions with_patience(database::ConnectionOptions options) {
        options.read_timeout = std::max(options.read_timeout, reading_timeout);
        return options;
    }

    audit::PassOptions pass_options() const {
        audit::PassOptions wanted = daemon::audit_pass_options(config_);
        for (const auto& file : options_.key_files) wanted.keys.push_back(read_secret(file));
        wanted.tables = options_.tables;
        wanted.anew = options_.restart;
        return wanted;
    }

    bool is_asked_to_stop() {
        if (signals_.wait(Milliseconds{0}) != Signals::Event::none) common_.stop.request_stop();
        return common_.stop.stop_requested();
    }

    void read_tables(audit::Pass& pass, database::Connection& ledger) {
        for (const TableState& state : pass.tables()) common_.bytes_in_all += state.table.bytes_estimated;
        std::vector<std::jthread> threads;
        common_.at_work = options_.threads;
        for (std::size_t i = 0; i < options_.threads; ++i) {
            threads.emplace_back([this, &pass] { work(pass); });
        }
        try {
            wait_for_threads(ledger);
        } catch (...) {
            common_.stop.request_stop();
            throw;
        }
        threads.clear();
        if (common_.failure) std::rethrow_exception(common_.failure);
        answer_.interrupted = common_.stop.stop_requested();
        if (!answer_.interrupted) pass.finish(ledger);
    }

    // Servers close connections that are idle, and this one has the lock.
    void wait_for_threads(database::Connection& ledger) {
        for (Timestamp used_at = now(); common_.at_work > 0;) {
            if (signals_.wait(signals_every) != Signals::Event::none) common_.stop.request_stop();
            show_progress();
            if (now() - used_at < kept_alive_every) continue;
            ledger.select("SELECT 1", {}, "audit: keep the lock");
            used_at = now();
        }
    }

    void show_progress() {
        const std::scoped_lock lock(common_.mutex);
        const auto in_all = static_cast<double>(std::max<std::uint64_t>(common_.bytes_in_all, 1));
        bar_.show({std::min(1.0, static_cast<double>(common_.bytes_done) / in_all), common_.rows, "rows",
                   common_.table});
    }

    // One thread. What one cannot go on with ends them all.
    void work(audit::Pass& pass) {
        try {
            const database::ThreadScope thread;
            database::Connection mautic(mautic_options_);
            database::Connection ledger(ledger_options_);
            while (TableState* state = common_.stop.stop_requested() ? nullptr : pass.take()) {
                read_table(pass, {mautic, ledger}, *state);
            }
        } catch (...) {
            common_.stop.request_stop();
            const std::scoped_lock lock(common_.mutex);
            if (!common_.failure) common_.failure = std::current_exception();
        }
        --common_.at_work;
    }

    void read_table(audit::Pass& pass, const audit::Connections& connections, TableState& state) {
        Timestamp saved_at = now();
        std::uint64_t rows = state.rows;
        std::uint64_t bytes = state.bytes;
        const auto after_chunk = [&](const TableState& read) {
            common_.rows += read.rows - std::exchange(rows, read.rows);
            common_.bytes_done += read.bytes - std::exchange(bytes, read.bytes);
            {
                const std::scoped_lock lock(common_.mutex);
                common_.table = read.table.name;
            }
            if (now() - saved_at > saved_every) {
                pass.save(connections.ledger, read);
                saved_at = now();
            }
            const std::stop_token stop = common_.stop.get_token();
            throttle_.wait(connections.mautic, stop);
            return !stop.stop_requested();
        };
        audit::audit_table(connections, state, pass.people(), after_chunk);
        pass.save(connections.ledger, state);
    }

    void read_logs(audit::Pass& pass, database::Connection& ledger) {
        if (config_.mautic.directory.empty()) return;
        answer_.logs = audit::audit_logs(
            config_.mautic.directory, pass.people(), ledger,
            [this](const std::string& file, std::uint64_t bytes, std::uint64_t bytes_in_all) {
                const double part = static_cast<double>(bytes) / static_cast<double>(bytes_in_all);
                bar_.show({part, bytes / 1'000'000, "MB", file});
                return !is_asked_to_stop();
            });
        answer_.interrupted = answer_.logs->interrupted;
        answer_.not_searched = answer_.logs->not_searched;
    }

    const config::Config& config_;
    const AuditOptions& options_;
    const database::ConnectionOptions ledger_options_;
    const database::ConnectionOptions mautic_options_;
    // Before any thread. From here on Ctrl-C waits for the end of the chunks being read.
    Signals signals_;
    background::Throttle throttle_;
    ProgressBar bar_;
    Common common_;
    AuditAnswer answer_;
};

std::string ids_text(const std::vector<audit::FoundRow>& rows, std::uint64_t in_all) {
    std::vector<std::string> keys;
    for (const audit::FoundRow& row : rows)
        keys.push_back(row.key + " (contact " + std::to_string(row.contact) + ")");
    if (keys.empty()) return {};
    return "rows " + join(keys, ", ") + (in_all > keys.size() ? ", …" : "");
}

void print_found(const AuditAnswer& answer) {
    TextTable found;
    TextTable returned;
    for (const TableState& state : answer.tables) {
        for (std::size_t i = 0; i < state.columns.size(); ++i) {
            const ColumnFindings& column = state.columns[i];
            const std::string name = state.table.name + '.' + state.table.columns[i].name;
            if (column.rows_erased > 0) {
                found.add(
                    {name, counted(column.rows_erased, "row"), ids_text(column.rows, column.rows_erased)});
            }
            if (column.rows_returned > 0) returned.add({name, counted(column.rows_returned, "row")});
        }
    }
    for (const auto& file : answer.logs ? answer.logs->files : std::vector<audit::FileFindings>{}) {
        if (file.lines_erased > 0) found.add({file.file, counted(file.lines_erased, "line"), ""});
        if (file.lines_returned > 0) returned.add({file.file, counted(file.lines_returned, "line")});
    }
    std::cout << (found.empty() ? "No address of anybody who was erased was found.\n"
                                : "Addresses of people who were erased:\n");
    found.print(std::cout, 2);
    if (!returned.empty()) std::cout << "\nAddresses of people who were erased and are contacts again:\n";
    returned.print(std::cout, 2);
}

void print_contacts(const AuditAnswer& answer) {
    constexpr std::size_t shown_max = 50;
    const std::set<ContactId> contacts = answer.contacts();
    if (contacts.empty()) return;
    std::vector<std::string> ids;
    for (const ContactId contact : contacts) {
        if (ids.size() == shown_max) break;
        ids.push_back(std::to_string(contact));
    }
    std::cout << "\nErased as contacts: " << join(ids, ", ") << (contacts.size() > ids.size() ? ", …" : "")
              << '\n';
}

void print_answer(const AuditAnswer& answer) {
    print_found(answer);
    print_contacts(answer);
    TextTable missing;
    for (const auto& one : answer.not_searched) missing.add({one.what, one.why});
    if (!missing.empty()) std::cout << "\nNot searched:\n";
    missing.print(std::cout, 2);
    if (answer.interrupted && answer.last) std::cout << "\nThat one has not come to its end.\n";
    if (answer.interrupted && !answer.last) std::cout << "\nInterrupted; the same command goes on with it.\n";
    std::cout << "\nSearched " << counted(answer.tables.size(), "table") << ", "
              << counted(answer.rows(), "row") << ", " << (answer.bytes() + 999'999) / 1'000'000 << " MB";
    if (!answer.last) {
        std::cout << " for " << counted(answer.erased_addresses, "erased address", "erased addresses");
    }
    if (answer.logs) std::cout << "; " << counted(answer.logs->files_read, "log file");
    std::cout << ". Begun " << shown_time(answer.begun_at) << ".\n";
}

}  // namespace

std::uint64_t AuditAnswer::rows() const {
    std::uint64_t sum = 0;
    for (const TableState& state : tables) sum += state.rows;
    return sum;
}

std::uint64_t AuditAnswer::bytes() const {
    std::uint64_t sum = 0;
    for (const TableState& state : tables) sum += state.bytes;
    return sum;
}

audit::Counts AuditAnswer::counts() const {
    audit::Counts counts = audit::counts_of(tables);
    if (!logs) return counts;
    const audit::Counts of_files = audit::counts_of(logs->files);
    return {counts.erased + of_files.erased, counts.returned + of_files.returned};
}

std::set<ContactId> AuditAnswer::contacts() const {
    std::set<ContactId> all;
    for (const TableState& state : tables) all.insert(state.contacts.begin(), state.contacts.end());
    if (!logs) return all;
    for (const auto& file : logs->files) all.insert(file.contacts.begin(), file.contacts.end());
    return all;
}

ExitCode audit_now(const AuditOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const database::ThreadScope thread;
    Audit audit(config, options);
    const AuditAnswer answer = options.last ? audit.last() : audit.run();
    if (options.common.json) {
        std::cout << to_json(answer) << '\n';
    } else {
        print_answer(answer);
    }
    if (answer.interrupted) return ExitCode::failed;
    if (answer.counts().erased > 0) return ExitCode::not_everything;
    return answer.not_searched.empty() ? ExitCode::done : ExitCode::failed;
}

}  // namespace gdprd::command
