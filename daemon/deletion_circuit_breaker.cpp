#include "daemon/deletion_circuit_breaker.h"

#include <algorithm>
#include <utility>

#include "base/log.h"

namespace gdprd::daemon {

DeletionCircuitBreaker::DeletionCircuitBreaker(queue::Queue& queue, std::int64_t per_hour_max, Of of)
    : queue_(&queue), per_hour_max_(per_hour_max), of_(of) {}

bool DeletionCircuitBreaker::allow(std::size_t contacts, Timestamp at) {
    const auto asked = static_cast<std::int64_t>(contacts);
    const queue::QueueStatus status = queue_->status(at);
    if (status.paused_since) {
        held_back_ = held_back_ || asked > 0;
        if (per_hour_max_ > 0 && asked > std::max(2 * told_, per_hour_max_))
            tell(asked, status.erased_last_hour);
        return false;
    }
    if (asked == 0 || per_hour_max_ == 0) return true;
    std::int64_t let_pass = 0;
    if (held_back_) {  // somebody has looked at those that were told
        held_back_ = false;
        let_pass = std::exchange(told_, 0);
    }
    const std::int64_t more = std::max(asked - let_pass, std::int64_t{0});
    if (more == 0 || queue_->admit(static_cast<std::size_t>(more), at)) return true;
    tell(asked, status.erased_last_hour);
    held_back_ = true;
    return false;
}

void DeletionCircuitBreaker::tell(std::int64_t contacts, std::int64_t last_hour) {
    told_ = contacts;
    const char* const what =
        of_ == Of::deleted_contacts
            ? "more deleted contacts than [safety] max_per_hour are to be erased: look whether somebody "
              "deleted them by mistake; `mautic-gdprd queue resume` lets through no more than are logged here"
            : "the hashes of more contacts than [safety] max_per_hour are to be forgotten: look whether "
              "[retention] hashes and the clock are right; `mautic-gdprd queue resume` lets them through, "
              "and "
              "`mautic-gdprd ledger forget` does it after a question";
    log::error(what, {{"contacts", contacts}, {"last_hour", last_hour}, {"max_per_hour", per_hour_max_}});
}

}  // namespace gdprd::daemon
