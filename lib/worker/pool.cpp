#include "worker/pool.h"

#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "worker/backoff.h"
#include "worker/batch.h"
#include "worker/batch_size.h"
#include "worker/pause.h"

namespace gdprd::worker {

namespace {

using queue::Job;

constexpr Milliseconds reconnect_first{200};
constexpr Milliseconds reconnect_max{15'000};
constexpr Milliseconds short_life{2'000};  // of a connection that did not end because it was idle
constexpr Milliseconds idle_look{1'000};   // how often an idle worker looks whether it should stop or refresh

// A batch is a bounded number of statements, but each may take its whole time-out: progress is judged
// generously.
Milliseconds batch_limit(const database::ConnectionOptions& connection) {
    return 10 * connection.read_timeout;
}

// The surroundings, and what the workers share among themselves.
struct Workplace : Surroundings {
    Outage& outage;
};

class Worker {
  public:
    Worker(const WorkerOptions& options, const database::ConnectionOptions& connection,
           const Workplace& surroundings, std::size_t number)
        : options_(options),
          connection_options_(connection),
          to_(surroundings),
          beat_(to_.progress.beat("worker " + std::to_string(number + 1), batch_limit(connection))),
          batch_size_(options.batch_max, options.transaction_time),
          number_(number) {}

    void run(const std::stop_token& stop) {
        const database::ThreadScope thread;
        while (!stop.stop_requested()) {
            if (!to_.outage.may_work(stop, number_)) continue;
            if (!connection_ && !connect()) continue;
            if (!have_rules(stop)) continue;
            if (!to_.outage.lasts()) to_.queue.wait_for_work(stop, now() + idle_look);
            if (!stop.stop_requested()) work(stop);
        }
        beat_.idle();
    }

  private:
    bool connect() {
        const health::Working working(beat_);
        try {
            connection_.emplace(connection_options_);
            connected_at_ = std::chrono::steady_clock::now();
        } catch (const Error& error) {
            to_.outage.failed(Outage::Kind::unreachable, describe(error));
            return false;
        }
        to_.metrics.database_server(connection_->server_name());
        to_.readiness.set_database_server(connection_->server_name());
        to_.outage.connected();
        return true;
    }

    // An error over a connection that had worked: a new one then may work, or may not.
    void lost(const std::string& why, bool went_away, Outage::Kind kind = Outage::Kind::refused) {
        connection_.reset();
        // A server closes connections that were idle. That is no outage, unless it happens again at once.
        if (went_away && !std::exchange(went_away_before_, true)) return;
        to_.outage.failed(kind, why);
    }

    void worked() {
        went_away_before_ = false;
        to_.outage.worked();
    }

    // Reads the schema when it must or when it is time to, and says whether there is something to erase by.
    bool have_rules(const std::stop_token& stop) {
        auto rules = to_.rules.current();
        const bool due = rules == nullptr || schema_is_stale_ || to_.rules.age() > options_.schema_refresh;
        if (due) {
            const health::Working working(beat_);
            try {
                rules = to_.rules.refresh(*connection_, rules);
                schema_is_stale_ = false;
                went_away_before_ = false;
            } catch (const database::DatabaseError& error) {
                lost(describe(error), went_away(error));
                return false;
            } catch (const Error&) {
                rules = nullptr;  // told to readiness and log by the keeper's observer
            }
        }
        const bool blocked = rules == nullptr || (rules->stop_on_unknown && !rules->plan->unknown.empty());
        if (blocked) pause(stop, idle_look);
        return !blocked;
    }

    void work(const std::stop_token& stop) {
        const auto rules = to_.rules.current();
        if (rules == nullptr) return;
        std::vector<Job> jobs;
        try {
            jobs = to_.queue.take(batch_size_.current(), now());
        } catch (const queue::QueueError& error) {
            log::error("could not read jobs from the queue", {{"why", describe(error)}});
            pause(stop, idle_look);
            return;
        }
        if (jobs.empty()) return to_.outage.lasts() ? try_again(stop) : void();
        const health::Working working(beat_);
        const auto go_on = [&] {
            beat_.busy();
            return !stop.stop_requested();
        };
        const auto start = std::chrono::steady_clock::now();
        const auto may_commit = [this](std::size_t erasures) { return admit(erasures); };
        const auto rolled_back = [this](std::size_t erasures) { give_back(erasures); };
        const BatchResult result =
            Batch(*connection_, rules, options_, to_.metrics, go_on, may_commit, rolled_back)
                .run(jobs, [this](ContactId contact) { return to_.outage.is_to_blame(contact); });
        batch_size_.note(jobs.size(),
                         std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start));
        apply(stop, result.outcomes);
        if (std::exchange(queue_failed_, false)) pause(stop, idle_look);
        conclude(stop, result, rules);
    }

    // Called from within the erasing transaction. A circuit breaker that cannot be asked says no.
    bool admit(std::size_t erasures) {
        try {
            admitted_at_ = now();
            return to_.queue.admit(erasures, admitted_at_);
        } catch (const queue::QueueError& error) {
            log::error("erasing is paused: the circuit breaker's counter cannot be written",
                       {{"why", describe(error)}});
            queue_failed_ = true;
            return false;
        }
    }

    // Counted for nothing otherwise, which may pause erasing too early and never too late.
    void give_back(std::size_t erasures) {
        try {
            to_.queue.give_back(erasures, admitted_at_);
        } catch (const queue::QueueError& error) {
            log::warning("rolled-back erasures still count towards the circuit breaker",
                         {{"why", describe(error)}});
        }
    }

    // What a batch says about the database itself. One that had nothing to write says next to nothing.
    void conclude(const std::stop_token& stop, const BatchResult& result,
                  const std::shared_ptr<const erasure::Rules>& rules) {
        if (result.is_through()) {
            worked();
        } else if (!result.connection_lost && !result.schema_is_stale) {
            went_away_before_ = false;
            if (to_.outage.lasts()) try_again(stop);
        }
        const bool lived = std::chrono::steady_clock::now() - connected_at_ > short_life;
        if (result.not_begun && lived) went_away_before_ = false;
        const auto kind = result.refused_all ? Outage::Kind::refused_all : Outage::Kind::refused;
        if (result.connection_lost) lost(result.why, result.went_away, kind);
        if (!result.schema_is_stale) return;
        schema_is_stale_ = true;
        // By the same rules as last time: reading the schema again did not help.
        if (std::exchange(stale_rules_, rules) == rules && !result.is_through()) {
            to_.outage.failed(Outage::Kind::stale, result.why);
        }
    }

    // Those that were refused wait a moment, and nothing else would show whether they still are. Who waits
    // without an error is on hold, perhaps for months, and shows nothing.
    bool waits_for_erasures() {
        if (!to_.outage.shows_in_erasures_only()) return false;
        try {
            const auto next = to_.queue.list({queue::JobState::waiting});
            return std::any_of(next.begin(), next.end(),
                               [](const Job& job) { return !job.last_error.empty(); });
        } catch (const queue::QueueError&) {
            return true;
        }
    }

    // There is nothing to erase that would show whether the server takes changes again.
    void try_again(const std::stop_token& stop) {
        if (waits_for_erasures()) return pause(stop, idle_look);
        const auto rules = to_.rules.current();
        if (rules == nullptr) return;
        try {
            try_a_change(*connection_, *rules);
            worked();
        } catch (const database::DatabaseError& error) {
            lost(describe(error), went_away(error));
        }
    }

    // What was done is done in the database; the queue must learn of it, or the jobs would run again.
    void apply(const std::stop_token& stop, const std::vector<queue::Outcome>& outcomes) {
        for (int failures = 0;;) {
            try {
                to_.queue.apply(outcomes);
                return;
            } catch (const queue::QueueError& error) {
                if (failures++ == 0) {
                    log::error("cannot write to the queue; retrying", {{"why", describe(error)}});
                }
            }
            if (stop.stop_requested())
                return;  // the jobs are still running there, and ready at the next start
            to_.metrics.retry("queue");
            pause(stop, backoff(failures, reconnect_first, reconnect_max, random_fraction()));
            beat_.busy();
        }
    }

    const WorkerOptions& options_;
    const database::ConnectionOptions& connection_options_;
    const Workplace& to_;
    health::Beat& beat_;
    std::optional<database::Connection> connection_;
    BatchSize batch_size_;
    const std::size_t number_;
    std::chrono::steady_clock::time_point connected_at_{};
    bool went_away_before_ = false;  // the last thing a connection did was to break
    bool schema_is_stale_ = false;
    bool queue_failed_ = false;  // while the circuit breaker was asked
    Timestamp admitted_at_{};
    std::shared_ptr<const erasure::Rules> stale_rules_;  // those that did not fit the tables the last time
};

}  // namespace

Pool::Pool(const WorkerOptions& options, const database::ConnectionOptions& connection,
           Surroundings surroundings)
    : options_(options),
      connection_(connection),
      surroundings_(surroundings),
      outage_(surroundings.metrics, surroundings.readiness) {
    for (std::size_t number = 0; number < options_.threads; ++number) {
        threads_.emplace_back([this, number](const std::stop_token& stop) {
            const Workplace workplace{surroundings_, outage_};
            Worker(options_, connection_, workplace, number).run(stop);
        });
    }
}

Pool::~Pool() { stop(); }

void Pool::stop() {
    for (std::jthread& thread : threads_) thread.request_stop();
    for (std::jthread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace gdprd::worker
