#include "background/pace.h"

#include <algorithm>
#include <vector>

namespace gdprd::background {

namespace {

constexpr std::size_t kept = 400;
constexpr double taken_away = 0.25;  // of the work, by a slow answer
constexpr double begun_with = 0.5;   // workers
// Of what is measured while nobody works so many are no slower than what is ordinary.
constexpr double ordinary = 0.98;
// Differences of what takes no time are chance.
constexpr AnswerTime unnoticeable{1};

AnswerTime quantile(const std::deque<AnswerTime>& times, double part) {
    if (times.empty()) return AnswerTime{0};
    std::vector<AnswerTime> sorted(times.begin(), times.end());
    const auto at =
        sorted.begin() + static_cast<std::ptrdiff_t>(part * static_cast<double>(sorted.size() - 1));
    std::nth_element(sorted.begin(), at, sorted.end());
    return *at;
}

void keep(std::deque<AnswerTime>& times, AnswerTime taken) {
    times.push_back(taken);
    if (times.size() > kept) times.pop_front();
}

}  // namespace

Pace::Pace(const PaceOptions& options)
    : options_(options), workers_(std::min(begun_with, options.workers_max)) {}

void Pace::note_idle(AnswerTime taken) {
    keep(idle_, taken);
    if (!knows_idle()) return;
    slow_from_ = options_.slowdown_max * quantile(idle_, ordinary) + unnoticeable;
    speed_up();  // what is slow while nobody works is nobody's fault
}

void Pace::note_working(AnswerTime taken) {
    keep(working_, taken);
    if (!knows_idle()) return;
    taken > slow_from_ ? slow_down() : speed_up();
}

void Pace::slow_down() {
    workers_ *= 1 - taken_away;
    keep_within_limits();
}

void Pace::speed_up() {
    workers_ *= 1 + taken_away * options_.slow_share / (1 - options_.slow_share);
    keep_within_limits();
}

void Pace::keep_within_limits() {
    workers_ =
        std::clamp(workers_, std::min(options_.workers_min, options_.workers_max), options_.workers_max);
}

AnswerTime Pace::median_idle() const { return quantile(idle_, 0.5); }

AnswerTime Pace::median_working() const { return quantile(working_, 0.5); }

}  // namespace gdprd::background
