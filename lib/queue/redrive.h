// Parked jobs become ready again: the same for the daemon and for the command line tools.
#pragma once

#include <cstddef>
#include <mutex>
#include <span>

#include "queue/job_table.h"

namespace gdprd::queue {

// The named jobs in one transaction, or all parked ones when the list is empty, in portions, so that whoever
// else writes gets a turn in between. `writers` guards the connection and is not held by the caller. Durable.
std::size_t redrive(Connection& connection, JobTable& jobs, std::mutex& writers,
                    std::span<const ContactId> contacts);

}  // namespace gdprd::queue
