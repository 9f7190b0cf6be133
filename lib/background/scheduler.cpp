#include "background/scheduler.h"

#include <algorithm>

#include "background/checkpoints.h"
#include "base/backoff.h"
#include "base/log.h"
#include "base/random.h"
#include "worker/failure.h"
#include "worker/pause.h"
#include "worker/session.h"

namespace gdprd::background {

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds idle_look{1'000};
constexpr Milliseconds rules_look{200};
constexpr Milliseconds retry_max{60'000};

// A page is one statement, which may take its whole time-out: progress is judged generously.
Milliseconds page_limit(const database::ConnectionOptions& connection) {
    return 10 * connection.read_timeout;
}

// The workers report whether there is a database; this only says what the scheduler does meanwhile.
class OutageLog : public worker::Outage::Observer {
    void failed(const worker::Outage::Attempt& attempt) override {
        if (attempt.before) return;
        log::warning("the background scheduler cannot connect to the database; retrying",
                     {{"why", attempt.why}});
    }
    void ended(worker::Outage::Kind /*kind*/) override {
        log::info("the background scheduler is connected to the database again");
    }
};

struct Entry {
    Task& task;
    SteadyClock::time_point due{};  // at once
    int failures = 0;               // since it last went well
    bool is_logged = false;         // that it fails
};

// What the thread does.
class Loop {
  public:
    Loop(const database::ConnectionOptions& connection, const ThrottleOptions& throttle, Timestamp started,
         worker::PlanCache& plans, health::Beat& beat, const std::vector<std::unique_ptr<Task>>& tasks)
        : session_({connection, plans, outage_, {}}),
          started_(started),
          beat_(beat),
          throttle_(throttle, &beat) {
        for (const auto& task : tasks) entries_.push_back({*task});
    }

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested() && !entries_.empty()) {
            if (!is_connected(stop)) continue;
            const auto rules = session_.rules();
            if (rules == nullptr) {
                worker::pause(stop, rules_look);
                continue;
            }
            take_next(stop, rules);
        }
    }

  private:
    bool is_connected(const std::stop_token& stop) {
        const health::Working working(beat_);
        return session_.connect(stop);
    }

    void take_next(const std::stop_token& stop, const std::shared_ptr<const erasure::Rules>& rules) {
        Entry& next = *std::min_element(entries_.begin(), entries_.end(),
                                        [](const Entry& a, const Entry& b) { return a.due < b.due; });
        const auto left = std::chrono::ceil<Milliseconds>(next.due - SteadyClock::now());
        if (left > Milliseconds{0}) {
            worker::pause(stop, std::min(left, idle_look));
            return;
        }
        take(next, {session_.connection(), rules, stop, throttle_});
    }

    void take(Entry& entry, const Run& run) {
        const health::Working working(beat_);
        try {
            note_installation(*run.rules);
            entry.task.run(run);
            if (entry.is_logged) log::info("background task succeeded again", {{"task", entry.task.name()}});
            entry.failures = 0;
            entry.is_logged = false;
            entry.due = SteadyClock::now() + entry.task.period();
        } catch (const std::exception& error) {
            failed(entry, error);
        }
    }

    // Once in this process; before any task, because they ask for it.
    void note_installation(const erasure::Rules& rules) {
        if (is_installation_noted_) return;
        Checkpoints(session_.connection(), rules.ledger_database).installed_at(started_);
        is_installation_noted_ = true;
    }

    void failed(Entry& entry, const std::exception& error) {
        ++entry.failures;
        const bool lost = worker::classify(error) == worker::Failure::lost;
        if (lost) session_.close();
        if (lost && entry.failures == 1) return;  // again as soon as there is a connection
        if (!entry.is_logged) {
            log::warning("background task failed; it will be retried",
                         {{"task", entry.task.name()}, {"why", worker::reason_of(error)}});
        }
        entry.is_logged = true;
        // A server that takes every login and refuses the work would be asked at every turn by a task that
        // has no period.
        const Milliseconds back_off = backoff(entry.failures, 2 * rules_look, retry_max, random_fraction());
        entry.due = SteadyClock::now() + std::clamp(entry.task.period(), back_off, retry_max);
    }

    OutageLog outage_log_;
    worker::Outage outage_{outage_log_};
    worker::Session session_;
    const Timestamp started_;
    health::Beat& beat_;
    Throttle throttle_;
    std::vector<Entry> entries_;
    bool is_installation_noted_ = false;
};

}  // namespace

Scheduler::Scheduler(const database::ConnectionOptions& connection, const ThrottleOptions& throttle,
                     Timestamp started, worker::PlanCache& plans, health::Progress& progress,
                     std::vector<std::unique_ptr<Task>> tasks)
    : tasks_(std::move(tasks)) {
    health::Beat& beat = progress.beat("scheduler", page_limit(connection));
    thread_ = std::jthread([this, connection, throttle, started, &plans, &beat](const std::stop_token& stop) {
        const database::ThreadScope scope;
        Loop(connection, throttle, started, plans, beat, tasks_).run(stop);
    });
}

Scheduler::~Scheduler() { stop(); }

void Scheduler::stop() {
    thread_.request_stop();
    if (thread_.joinable()) thread_.join();
}

}  // namespace gdprd::background
