#include "worker/pool.h"

#include <chrono>
#include <string>

#include "base/error.h"
#include "worker/batch.h"
#include "worker/batch_size.h"
#include "worker/pause.h"
#include "worker/session.h"

namespace gdprd::worker {

namespace {

using queue::Job;
using SteadyClock = std::chrono::steady_clock;

constexpr Milliseconds failed_jobs_look{1'000};

// A batch is a bounded number of statements, but each may take its whole time-out: progress is judged
// generously.
Milliseconds batch_limit(const database::ConnectionOptions& connection) {
    return 10 * connection.read_timeout;
}

class Worker {
  public:
    Worker(const WorkerOptions& options, JobSource& source, const Session::Shared& shared,
           const Monitoring& monitoring, std::size_t number)
        : options_(options),
          source_(source),
          metrics_(monitoring.metrics),
          beat_(monitoring.progress.beat("worker " + std::to_string(number + 1),
                                         batch_limit(shared.connection))),
          session_(shared, number),
          batch_size_(options.batch_max, options.transaction_time) {}

    void run(const std::stop_token& stop) {
        while (!stop.stop_requested() && !source_.is_over()) {
            if (!is_ready(stop)) continue;
            if (!session_.outage().lasts()) {
                source_.wait_for_work(stop);
                // Mautic may have been changed while there was nothing to do.
                if (stop.stop_requested() || !is_ready(stop)) continue;
            }
            work(stop);
        }
        beat_.idle();
    }

  private:
    bool is_ready(const std::stop_token& stop) {
        const health::Working working(beat_);
        return session_.ready(stop);
    }

    void work(const std::stop_token& stop) {
        auto rules = session_.rules();
        if (rules == nullptr) return;
        const JobSource::Caller caller{session_.connection(), stop, beat_};
        std::vector<Job> jobs;
        try {
            jobs = source_.take(caller, batch_size_.current());
        } catch (const database::DatabaseError& error) {
            return session_.failed(error);
        }
        if (jobs.empty()) return try_again(stop);
        // To be given jobs may have taken long.
        const auto latest = session_.rules();
        if (latest != nullptr) rules = latest;
        const health::Working working(beat_);
        const BatchResult result = run_batch(jobs, rules, caller);
        source_.apply(caller, jobs, result);
        session_.conclude(result, rules);
        if (!result.is_through() && !result.connection_lost && !result.schema_is_stale) try_again(stop);
    }

    BatchResult run_batch(const std::vector<Job>& jobs, const std::shared_ptr<const erasure::Rules>& rules,
                          const JobSource::Caller& caller) {
        SteadyClock::duration waited{};
        const auto go_on = [&] {
            const auto since = SteadyClock::now();
            source_.between_transactions(caller);
            waited += SteadyClock::now() - since;
            beat_.busy();
            return !caller.stop.stop_requested();
        };
        Timestamp admitted_at{};
        const auto may_commit = [&](std::size_t erasures) {
            admitted_at = now();
            return source_.admit(erasures, admitted_at);
        };
        const auto rolled_back = [&](std::size_t erasures) { source_.give_back(erasures, admitted_at); };
        const auto is_to_blame = [&](ContactId contact) {
            return !source_.is_endless() || session_.outage().is_to_blame(contact);
        };
        const auto start = SteadyClock::now();
        BatchResult result =
            Batch(session_.connection(), rules, options_, metrics_, go_on, may_commit, rolled_back)
                .run(jobs, is_to_blame);
        batch_size_.note(jobs.size(),
                         std::chrono::duration_cast<Milliseconds>(SteadyClock::now() - start - waited));
        return result;
    }

    // During an outage, with nothing to erase that would show whether it lasts. Those that were refused wait
    // a moment, and where only erasures show it nothing else would.
    void try_again(const std::stop_token& stop) {
        if (!session_.outage().lasts()) return;
        if (session_.outage().shows_in_erasures_only() && source_.has_failed_jobs()) {
            return pause(stop, failed_jobs_look);
        }
        session_.try_a_change();
    }

    const WorkerOptions& options_;
    JobSource& source_;
    health::Metrics& metrics_;
    health::Beat& beat_;
    Session session_;
    BatchSize batch_size_;
};

}  // namespace

Pool::Pool(const WorkerOptions& options, const database::ConnectionOptions& connection, JobSource& source,
           PlanCache& plans, Monitoring monitoring)
    : options_(options),
      connection_(connection),
      monitoring_(monitoring),
      outage_(monitoring.outage),
      running_(options.threads) {
    for (std::size_t number = 0; number < options_.threads; ++number) {
        threads_.emplace_back([this, &source, &plans, number](const std::stop_token& stop) {
            {
                const database::ThreadScope thread;
                const Session::Shared shared{connection_, plans, outage_, options_.schema_refresh};
                Worker(options_, source, shared, monitoring_, number).run(stop);
            }
            --running_;
        });
    }
}

Pool::~Pool() { stop(); }

void Pool::request_stop() {
    for (std::jthread& thread : threads_) thread.request_stop();
}

void Pool::stop() {
    request_stop();
    for (std::jthread& thread : threads_) {
        if (thread.joinable()) thread.join();
    }
}

}  // namespace gdprd::worker
