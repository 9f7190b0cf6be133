#include "queue/redrive.h"

#include <algorithm>

namespace gdprd::queue {
namespace {

constexpr std::size_t portion = 1'000;  // jobs in one transaction

std::size_t redrive_named(Connection& connection, JobTable& jobs, std::mutex& writers,
                          std::span<const ContactId> contacts) {
    const std::lock_guard lock(writers);
    WriteTransaction transaction(connection, Durability::power_cut);
    const auto count = std::ranges::count_if(contacts, [&](ContactId c) { return jobs.redrive(c); });
    transaction.commit();
    return static_cast<std::size_t>(count);
}

std::size_t redrive_portion(Connection& connection, JobTable& jobs, std::mutex& writers, std::size_t max) {
    const std::lock_guard lock(writers);
    WriteTransaction transaction(connection, Durability::power_cut);
    const std::size_t count = jobs.redrive_parked(max);
    transaction.commit();
    return count;
}

std::size_t count_parked(JobTable& jobs, std::mutex& writers) {
    const std::lock_guard lock(writers);
    return static_cast<std::size_t>(jobs.count(JobState::parked));
}

}  // namespace

// No more than were parked at the start, so that jobs parked again meanwhile do not keep this going for ever.
std::size_t redrive(Connection& connection, JobTable& jobs, std::mutex& writers,
                    std::span<const ContactId> contacts) {
    if (!contacts.empty()) return redrive_named(connection, jobs, writers, contacts);
    const std::size_t parked = count_parked(jobs, writers);
    std::size_t redriven = 0;
    while (redriven < parked) {
        const std::size_t max = std::min(portion, parked - redriven);
        const std::size_t count = redrive_portion(connection, jobs, writers, max);
        if (count == 0) break;
        redriven += count;
    }
    return redriven;
}

}  // namespace gdprd::queue
