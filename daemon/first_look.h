// The first look at the database: the plan, the webhook's secrets, what server it is.
//
// In a thread of its own, because webhooks do not wait for it: a server may be silent, and a table may be
// locked for as long as a dump takes. Threads: one makes it, asks and destroys it; it holds a
// database::ThreadScope, so that the client library is initialised before any connection is made.
#pragma once

#include <functional>
#include <future>

#include "base/clock.h"
#include "config/config.h"
#include "daemon/signals.h"
#include "daemon/webhook_secrets.h"
#include "health/metrics.h"
#include "health/readiness.h"
#include "worker/plan_cache.h"

namespace gdprd::daemon {

class FirstLook {
  public:
    enum class End { over, stopped, lasts };

    // All that it names outlives it. Begins at once.
    FirstLook(const config::Config& config, worker::PlanCache& rules, WebhookSecrets& secrets,
              health::Readiness& readiness, health::Metrics& metrics);
    ~FirstLook();  // waits for its end
    FirstLook(const FirstLook&) = delete;
    FirstLook& operator=(const FirstLook&) = delete;

    // Until it is over, a signal says stop, or the time is: it then lasts, and what it comes to is in the
    // readiness and the log. Throws what only an operator can mend, a policy that does not fit the tables
    // before all. A database that is away, or busy, or without Mautic's tables is no error.
    End wait(Signals& signals, Milliseconds limit);

  private:
    std::future<void> look_;
};

}  // namespace gdprd::daemon
