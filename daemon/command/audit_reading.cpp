#include "daemon/command/audit_reading.h"

#include <algorithm>
#include <atomic>
#include <exception>
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
#include "daemon/audited_database.h"
#include "daemon/command/terminal/progress_bar.h"
#include "daemon/signals.h"

namespace gdprd::command {

namespace {

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
        wanted.unnamed = options_.unnamed;
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

}  // namespace

AuditAnswer read_database(const config::Config& config, const AuditOptions& options) {
    return Audit(config, options).run();
}

AuditAnswer last_audit(const config::Config& config, const AuditOptions& options) {
    return Audit(config, options).last();
}

}  // namespace gdprd::command
