#include "base/schedule.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd {

namespace {

constexpr Milliseconds pause_min{3'600'000};

// "03:30" of a day.
std::optional<std::chrono::minutes> time_of_day(std::string_view text) {
    if (text.size() != 5 || text[2] != ':') return std::nullopt;
    const std::string_view hours = text.substr(0, 2);
    const std::string_view minutes = text.substr(3);
    const auto are_digits = [](std::string_view part) {
        return std::all_of(part.begin(), part.end(), is_digit);
    };
    if (!are_digits(hours) || !are_digits(minutes)) return std::nullopt;
    const auto hour = whole_number<std::uint32_t>(hours).value_or(24);
    const auto minute = whole_number<std::uint32_t>(minutes).value_or(60);
    if (hour > 23 || minute > 59) return std::nullopt;
    return std::chrono::minutes{hour * 60 + minute};
}

}  // namespace

std::optional<Schedule> Schedule::parse(std::string_view text) {
    Schedule schedule;
    if (text == "off") return schedule;
    schedule.daily_at_ = time_of_day(text);
    if (schedule.daily_at_) return schedule;
    schedule.pause_ = parse_duration(text);
    return schedule.pause_ && *schedule.pause_ >= pause_min ? std::optional(schedule) : std::nullopt;
}

bool Schedule::is_due(std::optional<Timestamp> begun_at, Timestamp since, Timestamp at) const {
    // A clock that was ahead when it was begun must not make it wait for years.
    if (begun_at && *begun_at > at) begun_at = at;
    if (pause_) return !begun_at || at - *begun_at >= *pause_;
    if (!daily_at_) return false;
    const auto day = std::chrono::floor<std::chrono::days>(at - *daily_at_);
    const Timestamp last_time = day + *daily_at_;
    return last_time > begun_at.value_or(since);
}

}  // namespace gdprd
