#include "health/progress.h"

#include <utility>

namespace gdprd::health {

namespace {

std::int64_t milliseconds_of(SteadyTime time) {
    return std::chrono::duration_cast<Milliseconds>(time.time_since_epoch()).count();
}

}  // namespace

Beat::Beat(std::string name, Milliseconds limit) : name_(std::move(name)), limit_(limit) {}

void Beat::busy(SteadyTime at) noexcept { busy_since_.store(milliseconds_of(at), std::memory_order_relaxed); }

void Beat::idle() noexcept { busy_since_.store(not_busy, std::memory_order_relaxed); }

std::optional<Milliseconds> Beat::overdue(SteadyTime at) const noexcept {
    const std::int64_t since = busy_since_.load(std::memory_order_relaxed);
    if (since == not_busy) return std::nullopt;
    const Milliseconds busy_for{milliseconds_of(at) - since};
    if (busy_for <= limit_) return std::nullopt;
    return busy_for;
}

Beat& Progress::beat(std::string name, Milliseconds limit) {
    const std::scoped_lock lock(mutex_);
    return beats_.emplace_back(std::move(name), limit);
}

std::optional<Progress::Stuck> Progress::stuck(SteadyTime at) const {
    const std::scoped_lock lock(mutex_);
    std::optional<Stuck> worst;
    for (const Beat& beat : beats_) {
        const auto busy_for = beat.overdue(at);
        if (busy_for && (!worst || *busy_for > worst->busy_for)) worst = Stuck{beat.name(), *busy_for};
    }
    return worst;
}

}  // namespace gdprd::health
