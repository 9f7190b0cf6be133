// The workers: threads that take jobs from a source and erase, each with a session of its own.
//
// Workers that have no connection, or one over which the server refuses to work, try again by themselves, one
// at a time and with a growing pause (worker/outage.h), for as long as the source has something to do: with
// the queue that is for ever, so that a database that was down or read-only needs no operator, and no job is
// counted as failed for it. Erasing pauses while there are no rules (the policy does not fit the schema) or
// while the policy says so because something unknown is tied to contacts.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "database/connection.h"
#include "health/metrics.h"
#include "health/progress.h"
#include "worker/job_source.h"
#include "worker/options.h"
#include "worker/outage.h"
#include "worker/plan_cache.h"

namespace gdprd::worker {

// Where the workers report; all of it outlives the pool.
struct Monitoring {
    health::Metrics& metrics;
    health::Progress& progress;
    Outage::Observer& outage;
};

class Pool {
  public:
    // Starts the threads. The process must have tried to connect once before (see database/connection.h).
    // Source and plans outlive the pool.
    Pool(const WorkerOptions& options, const database::ConnectionOptions& connection, JobSource& source,
         PlanCache& plans, Monitoring monitoring);
    // stop(), then joins.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // All workers have ended, because the source is over or because they were stopped.
    bool has_ended() const { return running_ == 0; }

    // Workers finish or roll back the batch in hand, which the statement timeouts bound, and end.
    void request_stop();
    // The same, and waits for that.
    void stop();

  private:
    const WorkerOptions options_;
    const database::ConnectionOptions connection_;
    const Monitoring monitoring_;
    Outage outage_;
    std::atomic<std::size_t> running_;
    std::vector<std::jthread> threads_;  // last: they use everything above
};

}  // namespace gdprd::worker
