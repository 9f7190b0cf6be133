#include "base/backoff.h"

#include <algorithm>
#include <cstdint>

namespace gdprd {

namespace {

// `first` doubled `attempts` - 1 times, cut at `max`; stops doubling before a number could overflow.
std::int64_t whole_pause(int attempts, std::int64_t first, std::int64_t max) {
    if (first <= 0) return 0;
    std::int64_t pause = std::min(first, max);
    for (int failed = 1; failed < attempts && pause < max; ++failed) {
        pause = pause > max / 2 ? max : pause * 2;
    }
    return pause;
}

}  // namespace

Milliseconds backoff(int attempts, Milliseconds first, Milliseconds max, double random_fraction) {
    const std::int64_t whole = whole_pause(attempts, first.count(), std::max<std::int64_t>(max.count(), 0));
    const std::int64_t half = whole / 2;
    // Written so that a fraction that is not a number counts as 0.
    const double fraction = random_fraction > 0 ? std::min(random_fraction, 1.0) : 0.0;
    const auto jitter = static_cast<std::int64_t>(static_cast<double>(whole - half) * fraction);
    return Milliseconds{half + std::min(jitter, whole - half)};
}

}  // namespace gdprd
