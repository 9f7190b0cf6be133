// The workers: threads that take jobs from the queue and erase, each with a database connection of its own.
//
// Workers that have no connection, or one over which the server refuses to work, try again by themselves, one
// at a time and with a growing pause (worker/outage.h), for ever: a database that was down or read-only needs
// no operator, and no job is counted as failed for it. Erasing pauses while there are no rules
// (the policy does not fit the schema) or while the policy says so because something unknown is tied to
// contacts.
#pragma once

#include <cstddef>
#include <thread>
#include <vector>

#include "database/connection.h"
#include "health/metrics.h"
#include "health/progress.h"
#include "health/readiness.h"
#include "queue/queue.h"
#include "worker/options.h"
#include "worker/outage.h"
#include "worker/plan_cache.h"

namespace gdprd::worker {

// Everything a worker uses; all of it outlives the pool.
struct Surroundings {
    queue::Queue& queue;
    PlanCache& rules;
    health::Metrics& metrics;
    health::Readiness& readiness;
    health::Progress& progress;
};

class Pool {
  public:
    // Starts the threads. The process must have tried to connect once before (see database/connection.h).
    Pool(const WorkerOptions& options, const database::ConnectionOptions& connection,
         Surroundings surroundings);
    // stop(), then joins.
    ~Pool();
    Pool(const Pool&) = delete;
    Pool& operator=(const Pool&) = delete;

    // Workers finish or roll back the batch in hand, which the statement timeouts bound, and end.
    void stop();

  private:
    WorkerOptions options_;
    database::ConnectionOptions connection_;
    Surroundings surroundings_;
    Outage outage_;
    std::vector<std::jthread> threads_;  // last: they use everything above
};

}  // namespace gdprd::worker
