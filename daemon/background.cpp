#include "daemon/background.h"

#include <algorithm>

#include "sweep/sweep.h"

namespace gdprd::daemon {

namespace {

// An erasure whose later pass is this late was begun by a daemon that has lost its queue: the longest of the
// delays, and ten times what a webhook may take, for backlogs.
Milliseconds pass_overdue(const config::Config& config) {
    Milliseconds longest{0};
    for (const Milliseconds delay : config.worker.settle) longest = std::max(longest, delay);
    return longest + 10 * config.sweep.webhook_delay;
}

}  // namespace

std::vector<std::unique_ptr<sweep::Task>> background_tasks(const config::Config& config, queue::Queue& queue,
                                                           health::Metrics& metrics, health::Readiness&) {
    std::vector<std::unique_ptr<sweep::Task>> tasks;
    tasks.push_back(std::make_unique<sweep::Sweep>(config.sweep, pass_overdue(config), queue, metrics));
    return tasks;
}

}  // namespace gdprd::daemon
