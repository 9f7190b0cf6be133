// The time a report is about: whole days of UTC, from the first one on and before the day on which it ends.
// Pure.
#pragma once

#include <chrono>
#include <string>

#include "base/clock.h"
#include "records/statistics.h"

namespace gdprd::report {

struct Period {
    std::chrono::sys_days from{};
    std::chrono::sys_days to{};  // does not belong to it

    records::Span span() const { return {from, to}; }
    std::chrono::sys_days last_day() const { return to - std::chrono::days(1); }
    bool is_over(Timestamp now) const { return now >= Timestamp(to); }
};

// Of days as they are typed, "2026-03-01". Throws ConfigurationError, naming the option, for what is no day
// between the years 1000 and 9998, for an end that is not after the beginning, for more than a hundred years,
// and for a period that has not begun at `now`.
Period period_of(const std::string& from, const std::string& to, Timestamp now);

// "2026-03-01"
std::string day_text(std::chrono::sys_days day);

// What bars of a chart and rows of a table are: days up to a quarter, then months, beyond ten years years.
enum class Grain { day, month, year };
Grain grain_of(const Period& period);
// The first day of that day's part of the time, and of the next one's.
std::chrono::sys_days first_day(std::chrono::sys_days day, Grain grain);
std::chrono::sys_days next_first_day(std::chrono::sys_days day, Grain grain);

}  // namespace gdprd::report
