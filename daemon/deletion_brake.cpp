#include "daemon/deletion_brake.h"

#include "base/log.h"

namespace gdprd::daemon {

DeletionBrake::DeletionBrake(queue::Queue& queue, std::int64_t per_hour_max)
    : queue_(&queue), per_hour_max_(per_hour_max) {}

bool DeletionBrake::allow(std::size_t contacts, Timestamp at) {
    const queue::QueueStatus status = queue_->status(at);
    if (status.paused_since) {
        held_back_ = held_back_ || contacts > 0;
        return false;
    }
    if (contacts == 0 || per_hour_max_ == 0) return true;
    if (held_back_) {  // somebody has looked at it and let it pass
        held_back_ = false;
        allowed_.clear();
        return true;
    }
    while (!allowed_.empty() && allowed_.begin()->first <= at - std::chrono::hours{1}) {
        allowed_.erase(allowed_.begin());
    }
    std::int64_t last_hour = status.erased_last_hour;
    for (const auto& [when, count] : allowed_) last_hour += count;
    const auto more = static_cast<std::int64_t>(contacts);
    if (more > per_hour_max_ - last_hour) {
        log::error(
            "more deleted contacts than [safety] max_per_hour are to be erased: look whether somebody "
            "deleted them by mistake",
            {{"contacts", contacts}, {"last_hour", last_hour}, {"max_per_hour", per_hour_max_}});
        held_back_ = true;
        queue_->pause(at);
        return false;
    }
    allowed_[at] += more;
    return true;
}

}  // namespace gdprd::daemon
