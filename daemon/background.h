// What the daemon looks at by itself, besides its webhooks: the list of tasks that the scheduler takes.
#pragma once

#include <memory>
#include <vector>

#include "background/task.h"
#include "config/config.h"
#include "daemon/webhook_secrets.h"
#include "health/metrics.h"
#include "health/readiness.h"
#include "orphans/deletions.h"
#include "queue/queue.h"

namespace gdprd::daemon {

// An erasure whose later pass is this late was begun by a daemon that has lost its queue: the longest of the
// delays, and ten times what a webhook may take, for backlogs.
Milliseconds pass_overdue(const config::Config& config);

// All references outlive the tasks. A change of these options needs a restart; see daemon/live_settings.cpp.
std::vector<std::unique_ptr<background::Task>> background_tasks(const config::Config& config,
                                                                queue::Queue& queue, WebhookSecrets& secrets,
                                                                orphans::Deletions& deletions,
                                                                health::Metrics& metrics,
                                                                health::Readiness& readiness);

}  // namespace gdprd::daemon
