// `mautic-gdprd queue status | list | retry | resume`: what the daemon still has to do, beside a running
// daemon too.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "queue/job.h"

namespace gdprd::command {

ExitCode queue_status(const CommonOptions& options);

struct QueueListOptions {
    CommonOptions common;
    std::optional<queue::JobState> state;
    std::size_t limit = 100;
};
ExitCode queue_list(const QueueListOptions& options);

struct QueueRetryOptions {
    CommonOptions common;
    std::vector<ContactId> contacts;  // empty exactly when `all`
    bool all = false;
};
// not_everything when one of the named contacts has no parked job.
ExitCode queue_retry(const QueueRetryOptions& options);

// Ends a pause of the circuit breaker; done, too, when there was none.
ExitCode queue_resume(const CommonOptions& options);

}  // namespace gdprd::command
