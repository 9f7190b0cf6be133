#include "worker/batch_size.h"

#include <algorithm>

namespace gdprd::worker {

namespace {

constexpr std::size_t first_size = 16;
constexpr double growth_max = 2.0;  // at once: one fast batch is no proof
constexpr double slack = 0.8;       // aim a little below the target, so that it is rarely exceeded

}  // namespace

BatchSize::BatchSize(std::size_t max, Milliseconds target)
    : max_(std::max<std::size_t>(max, 1)), target_(target), current_(std::min(first_size, max_)) {}

void BatchSize::note(std::size_t contacts, Milliseconds taken) {
    if (contacts == 0) return;
    const auto time = static_cast<double>(std::max<Milliseconds::rep>(taken.count(), 1));
    const auto target = static_cast<double>(target_.count());
    if (contacts < current_ && time <= target) return;
    const double fitting = static_cast<double>(contacts) * slack * target / time;
    const double largest = growth_max * static_cast<double>(current_);
    current_ =
        static_cast<std::size_t>(std::clamp(fitting, 1.0, std::min(largest, static_cast<double>(max_))));
}

}  // namespace gdprd::worker
