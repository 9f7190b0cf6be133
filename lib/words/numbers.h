// Times, durations and counts as a language writes them. A time always says that it is UTC: the day of the
// reader's own time zone may be another one. Pure.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "base/clock.h"
#include "words/language.h"

namespace gdprd::words {

// "1 March 2026", "March 2026"; in UTC, which the reader is told elsewhere.
std::string date_text(std::chrono::sys_days day, Language language);
std::string month_text(std::chrono::year_month month, Language language);
// "1 March 2026, 12:34:56 UTC"; whole seconds.
std::string time_text(Timestamp time, Language language);
// "2 days 3 h 4 min 5 s": every unit that is not zero, down to the second, rounded down. Not for negative
// ones.
std::string duration_text(Milliseconds duration, Language language);
// "1,234"
std::string count_text(std::uint64_t count, Language language);

}  // namespace gdprd::words
