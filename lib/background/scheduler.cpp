#include "background/scheduler.h"

#include <algorithm>
#include <optional>

#include "background/checkpoints.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "worker/backoff.h"
#include "worker/pause.h"

namespace gdprd::background {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds reconnect_first{200};
constexpr Milliseconds reconnect_max{15'000};
constexpr Milliseconds idle_look{1'000};
constexpr Milliseconds rules_look{200};
constexpr Milliseconds retry_max{60'000};

// A page is one statement, which may take its whole time-out: progress is judged generously.
Milliseconds page_limit(const database::ConnectionOptions& connection) {
    return 10 * connection.read_timeout;
}

// Our own texts hold no data; those of others might.
std::string reason_of(const std::exception& error) {
    const auto* ours = dynamic_cast<const Error*>(&error);
    return ours != nullptr ? describe(*ours) : "internal error";
}

bool is_lost_connection(const std::exception& error) {
    const auto* database = dynamic_cast<const database::DatabaseError*>(&error);
    return database != nullptr && database->error_class() == database::ErrorClass::connection;
}

struct Entry {
    Task& task;
    SteadyClock::time_point due{};  // at once
    int failures = 0;               // since it last went well
    bool is_told = false;           // that it fails
};

// What the thread does.
class Loop {
  public:
    Loop(const database::ConnectionOptions& connection, const ThrottleOptions& throttle, Timestamp started,
         worker::PlanCache& rules, health::Beat& beat, const std::vector<std::unique_ptr<Task>>& tasks)
        : options_(connection), started_(started), rules_(rules), beat_(beat), throttle_(throttle, &beat) {
        for (const auto& task : tasks) entries_.push_back({*task});
    }

    void run(const std::stop_token& stop) {
        const database::ThreadScope thread;
        while (!stop.stop_requested() && !entries_.empty()) {
            if (!connection_ && !connect(stop)) continue;
            const auto rules = rules_.current();
            if (rules == nullptr) {
                worker::pause(stop, rules_look);
                continue;
            }
            take_next(stop, rules);
        }
        connection_.reset();
    }

  private:
    // One attempt; a pause after a failure.
    bool connect(const std::stop_token& stop) {
        try {
            const health::Working working(beat_);
            connection_.emplace(options_);
            if (failed_connects_ > 0)
                log::info("the background scheduler is connected to the database again");
            failed_connects_ = 0;
            return true;
        } catch (const Error& error) {
            if (failed_connects_++ == 0) {
                log::warning("the background scheduler cannot connect to the database; retrying",
                             {{"why", describe(error)}});
            }
        }
        worker::pause(stop,
                      worker::backoff(failed_connects_, reconnect_first, reconnect_max, random_fraction()));
        return false;
    }

    void take_next(const std::stop_token& stop, const std::shared_ptr<const erasure::Rules>& rules) {
        Entry& next = *std::min_element(entries_.begin(), entries_.end(),
                                        [](const Entry& a, const Entry& b) { return a.due < b.due; });
        const auto left = std::chrono::ceil<Milliseconds>(next.due - SteadyClock::now());
        if (left > Milliseconds{0}) {
            worker::pause(stop, std::min(left, idle_look));
            return;
        }
        take(next, {*connection_, rules, stop, throttle_});
    }

    void take(Entry& entry, const Run& run) {
        const health::Working working(beat_);
        try {
            note_installation(*run.rules);
            entry.task.run(run);
            if (entry.is_told) log::info("background task succeeded again", {{"task", entry.task.name()}});
            entry.failures = 0;
            entry.is_told = false;
            entry.due = SteadyClock::now() + entry.task.period();
        } catch (const std::exception& error) {
            failed(entry, error);
        }
    }

    // Once in this process; before any task, because they ask for it.
    void note_installation(const erasure::Rules& rules) {
        if (is_installation_noted_) return;
        Checkpoints(*connection_, rules.ledger_database).installed_at(started_);
        is_installation_noted_ = true;
    }

    void failed(Entry& entry, const std::exception& error) {
        ++entry.failures;
        const bool lost = is_lost_connection(error);
        if (lost) connection_.reset();
        if (lost && entry.failures == 1) return;  // again as soon as there is a connection
        if (!entry.is_told) {
            log::warning("background task failed; it will be retried",
                         {{"task", entry.task.name()}, {"why", reason_of(error)}});
        }
        entry.is_told = true;
        // A server that takes every login and refuses the work would be asked at every turn by a task that
        // has no period.
        const Milliseconds back_off =
            worker::backoff(entry.failures, 2 * rules_look, retry_max, random_fraction());
        entry.due = SteadyClock::now() + std::clamp(entry.task.period(), back_off, retry_max);
    }

    const database::ConnectionOptions options_;
    const Timestamp started_;
    worker::PlanCache& rules_;
    health::Beat& beat_;
    Throttle throttle_;
    std::vector<Entry> entries_;
    std::optional<database::Connection> connection_;
    int failed_connects_ = 0;
    bool is_installation_noted_ = false;
};

}  // namespace

Scheduler::Scheduler(const database::ConnectionOptions& connection, const ThrottleOptions& throttle,
                     Timestamp started, worker::PlanCache& rules, health::Progress& progress,
                     std::vector<std::unique_ptr<Task>> tasks)
    : tasks_(std::move(tasks)) {
    health::Beat& beat = progress.beat("scheduler", page_limit(connection));
    thread_ = std::jthread([this, connection, throttle, started, &rules, &beat](const std::stop_token& stop) {
        Loop(connection, throttle, started, rules, beat, tasks_).run(stop);
    });
}

Scheduler::~Scheduler() { stop(); }

void Scheduler::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace gdprd::background
