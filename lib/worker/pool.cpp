#include "worker/pool.h"

#include <algorithm>
#include <chrono>
#include <optional>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "worker/backoff.h"
#include "worker/batch.h"
#include "worker/batch_size.h"
#include "worker/pause.h"

namespace gdprd::worker {

namespace {

using health::Component;
using queue::Job;

constexpr Milliseconds reconnect_first{200};
constexpr Milliseconds reconnect_max{15'000};
constexpr Milliseconds idle_look{1'000};  // how often an idle worker looks whether it should stop or refresh

// A batch is a bounded number of statements, but each may take its whole time-out: progress is judged
// generously.
Milliseconds batch_limit(const database::ConnectionOptions& connection) {
    return 10 * connection.read_timeout;
}

class Worker {
  public:
    Worker(const WorkerOptions& options, const database::ConnectionOptions& connection,
           const Surroundings& surroundings, std::size_t number)
        : options_(options),
          connection_options_(connection),
          to_(surroundings),
          beat_(to_.progress.beat("worker " + std::to_string(number + 1), batch_limit(connection))),
          batch_size_(options.batch_max, options.transaction_time) {}

    void run(const std::stop_token& stop) {
        const database::ThreadScope thread;
        while (!stop.stop_requested()) {
            if (!connection_ && !connect(stop)) continue;
            if (!have_rules(stop)) continue;
            to_.queue.wait_for_work(stop, now() + idle_look);
            if (!stop.stop_requested()) work(stop);
        }
        beat_.idle();
    }

  private:
    // One attempt; a pause after a failure.
    bool connect(const std::stop_token& stop) {
        const health::Working working(beat_);
        try {
            connection_.emplace(connection_options_);
            if (failed_connects_ > 0) log::info("connected to the database again");
            failed_connects_ = 0;
            to_.metrics.database_up(true);
            to_.readiness.set(Component::database, true, {});
            return true;
        } catch (const Error& error) {
            if (failed_connects_++ == 0) {
                log::warning("no database connection; trying again until there is one",
                             {{"why", describe(error)}});
            }
            report_lost(error);
        }
        beat_.idle();
        pause(stop, backoff(failed_connects_, reconnect_first, reconnect_max, random_fraction()));
        return false;
    }

    void report_lost(const Error& error) {
        to_.metrics.database_up(false);
        to_.readiness.set(Component::database, false, describe(error));
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
            } catch (const database::DatabaseError& error) {
                log::warning("reading the schema failed", {{"why", describe(error)}});
                if (error.error_class() == database::ErrorClass::connection) report_lost(error);
                connection_.reset();
                rules = nullptr;
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
            log::error("taking jobs from the queue failed", {{"why", describe(error)}});
            pause(stop, idle_look);
            return;
        }
        if (jobs.empty()) return;
        const health::Working working(beat_);
        const auto go_on = [&] {
            beat_.busy();
            return !stop.stop_requested();
        };
        const auto start = std::chrono::steady_clock::now();
        const BatchResult result = Batch(*connection_, rules, options_, to_.metrics, go_on).run(jobs);
        batch_size_.note(jobs.size(),
                         std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - start));
        apply(stop, result.outcomes);
        schema_is_stale_ = schema_is_stale_ || result.schema_is_stale;
        if (result.connection_lost) connection_.reset();
    }

    // What was done is done in the database; the queue must learn of it, or the jobs would run again.
    void apply(const std::stop_token& stop, const std::vector<queue::Outcome>& outcomes) {
        for (int failures = 0;;) {
            try {
                to_.queue.apply(outcomes);
                return;
            } catch (const queue::QueueError& error) {
                if (failures++ == 0) {
                    log::error("the queue cannot be written; trying again", {{"why", describe(error)}});
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
    const Surroundings& to_;
    health::Beat& beat_;
    std::optional<database::Connection> connection_;
    BatchSize batch_size_;
    int failed_connects_ = 0;
    bool schema_is_stale_ = false;
};

}  // namespace

Pool::Pool(const WorkerOptions& options, const database::ConnectionOptions& connection,
           Surroundings surroundings)
    : options_(options), connection_(connection), surroundings_(surroundings) {
    for (std::size_t number = 0; number < options_.threads; ++number) {
        threads_.emplace_back([this, number](const std::stop_token& stop) {
            Worker(options_, connection_, surroundings_, number).run(stop);
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
