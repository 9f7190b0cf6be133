#include "http/body_budget.h"

#include <algorithm>

namespace gdprd::http {

bool BodyBudget::take(Share& share, std::size_t bytes) {
    share.bytes = std::min(bytes, bytes_max_);
    if (!line_.empty() || !fits(share)) {
        line_.push_back(&share);
        return false;
    }
    bytes_taken_ += share.bytes;
    share.taken = true;
    return true;
}

void BodyBudget::give_back(Share& share) {
    if (share.taken) {
        bytes_taken_ -= share.bytes;
    } else if (share.bytes != 0) {
        line_.erase(std::remove(line_.begin(), line_.end(), &share), line_.end());
    }
    share.taken = false;
    share.bytes = 0;
    if (share.turn.waiting()) share.turn.resume();
    if (!line_.empty()) serve_line();
}

void BodyBudget::serve_line() {
    while (!line_.empty() && fits(*line_.front())) {
        Share& first = *line_.front();
        line_.pop_front();
        bytes_taken_ += first.bytes;
        first.taken = true;
        first.turn.resume();
    }
}

}  // namespace gdprd::http
