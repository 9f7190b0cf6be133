// Time as the daemon stores and compares it: milliseconds since the UNIX epoch, always UTC.
// Mautic's own DATETIME columns are UTC too, whatever the server's time zone says.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd {

using Milliseconds = std::chrono::milliseconds;
using Timestamp = std::chrono::sys_time<Milliseconds>;

// The wall clock now.
Timestamp now();

// "2026-03-01 12:34:56.789": what DATETIME(3) takes and what people read. Always UTC.
std::string format_utc(Timestamp time);

// Reads "2026-03-01 12:34:56", with or without a fraction, as MySQL prints a DATETIME. Nothing for anything
// else, zero dates included.
std::optional<Timestamp> parse_utc(std::string_view text);

// A retention period: "3y", or a duration in days, "1095d"; at least 30 days. A year has 366 days here: what
// is kept for years is kept for no day less. Nothing for anything else.
std::optional<Milliseconds> parse_retention(std::string_view text);

// "500ms", "90s", "15m", "24h", "7d"; a bare number is refused, because its unit would be a guess.
std::optional<Milliseconds> parse_duration(std::string_view text);

// The shortest form parse_duration() reads back: 90000 ms is "90s", 86400000 ms is "1d".
std::string format_duration(Milliseconds duration);

}  // namespace gdprd
