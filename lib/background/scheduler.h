// The scheduler: one thread with a database connection of its own that takes the background looks, each when
// it is due. daemon/background.h lists them.
//
// It waits until there are rules (worker/plan_cache.h), notes when a daemon was first started on this
// Mautic, and then runs the tasks one after the other. A task that fails is logged once and taken again
// after its period, after a minute at the latest; a lost connection costs a new one and is no failure the
// first time, because servers close connections that were idle. The looks go on while erasing is held back
// (by the circuit breaker, or by [policy] unknown = "stop"): what they find waits in the queue. A task that
// changes contacts by itself must ask for both.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "background/task.h"
#include "background/throttle.h"
#include "base/clock.h"
#include "database/connection.h"
#include "health/progress.h"
#include "worker/plan_cache.h"

namespace gdprd::background {

class Scheduler {
  public:
    // Starts the thread. `started` is when this process began: the time of the installation, if this is the
    // first one. The process must have tried to connect once before (see database/connection.h), and what is
    // referred to outlives the scheduler.
    Scheduler(const database::ConnectionOptions& connection, const ThrottleOptions& throttle,
              Timestamp started, worker::PlanCache& plans, health::Progress& progress,
              std::vector<std::unique_ptr<Task>> tasks);
    // stop(), then joins.
    ~Scheduler();
    Scheduler(const Scheduler&) = delete;
    Scheduler& operator=(const Scheduler&) = delete;

    // The task in hand ends after its page, which the statement timeouts bound.
    void stop();

  private:
    std::vector<std::unique_ptr<Task>> tasks_;
    std::jthread thread_;  // last: it uses the tasks
};

}  // namespace gdprd::background
