// What the daemon looks at by itself, besides its webhooks: the list of tasks that the sweeper takes.
#pragma once

#include <memory>
#include <vector>

#include "config/config.h"
#include "daemon/webhook_secrets.h"
#include "health/metrics.h"
#include "health/readiness.h"
#include "queue/queue.h"
#include "sweep/task.h"

namespace gdprd::daemon {

// All references outlive the tasks. A change of these options needs a restart; see daemon/live_settings.cpp.
std::vector<std::unique_ptr<sweep::Task>> background_tasks(const config::Config& config, queue::Queue& queue,
                                                           WebhookSecrets& secrets, health::Metrics& metrics,
                                                           health::Readiness& readiness);

}  // namespace gdprd::daemon
