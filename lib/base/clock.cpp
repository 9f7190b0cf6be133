#include "base/clock.h"

#include <array>
#include <charconv>
#include <cstdio>

namespace gdprd {

namespace {

struct Unit {
    std::string_view name;
    std::int64_t milliseconds;
};
// Longest first, so that format_duration() finds the shortest form.
constexpr std::array<Unit, 5> units{
    {{"d", 86'400'000}, {"h", 3'600'000}, {"m", 60'000}, {"s", 1'000}, {"ms", 1}}};

// Reads exactly `digits` digits at `at`; nothing when one of them is not a digit.
std::optional<int> read_digits(std::string_view text, std::size_t at, std::size_t digits) {
    if (text.size() < at + digits) return std::nullopt;
    int value = 0;
    for (char c : text.substr(at, digits)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

// ".5" is 500 ms, ".123456" is 123 ms.
std::optional<int> read_fraction(std::string_view text) {
    if (text.empty()) return 0;
    if (text.front() != '.' || text.size() < 2 || text.size() > 7) return std::nullopt;
    const std::string padded = std::string(text.substr(1)) + "00";
    if (!read_digits(text, 1, text.size() - 1)) return std::nullopt;
    return read_digits(padded, 0, 3);
}

}  // namespace

Timestamp now() { return std::chrono::time_point_cast<Milliseconds>(std::chrono::system_clock::now()); }

std::string format_utc(Timestamp time) {
    const auto day = std::chrono::floor<std::chrono::days>(time);
    const std::chrono::year_month_day date{day};
    const std::chrono::hh_mm_ss clock{time - day};
    std::array<char, 64> buffer{};
    const int length = std::snprintf(
        buffer.data(), buffer.size(), "%04d-%02u-%02u %02lld:%02lld:%02lld.%03lld",
        static_cast<int>(date.year()), static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
        static_cast<long long>(clock.hours().count()), static_cast<long long>(clock.minutes().count()),
        static_cast<long long>(clock.seconds().count()), static_cast<long long>(clock.subseconds().count()));
    return {buffer.data(), static_cast<std::size_t>(length)};
}

std::optional<Timestamp> parse_utc(std::string_view text) {
    if (text.size() < 19 || text[4] != '-' || text[7] != '-' || (text[10] != ' ' && text[10] != 'T') ||
        text[13] != ':' || text[16] != ':') {
        return std::nullopt;
    }
    const auto year = read_digits(text, 0, 4);
    const auto month = read_digits(text, 5, 2);
    const auto day = read_digits(text, 8, 2);
    const auto hour = read_digits(text, 11, 2);
    const auto minute = read_digits(text, 14, 2);
    const auto second = read_digits(text, 17, 2);
    const auto fraction = read_fraction(text.substr(19));
    if (!year || !month || !day || !hour || !minute || !second || !fraction) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year},
                                           std::chrono::month{static_cast<unsigned>(*month)},
                                           std::chrono::day{static_cast<unsigned>(*day)}};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 59) return std::nullopt;
    return Timestamp{std::chrono::sys_days{date}} + std::chrono::hours{*hour} +
           std::chrono::minutes{*minute} + std::chrono::seconds{*second} + Milliseconds{*fraction};
}

std::optional<Milliseconds> parse_duration(std::string_view text) {
    std::int64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{} || count < 0) return std::nullopt;
    const std::string_view name(end, static_cast<std::size_t>(text.data() + text.size() - end));
    for (const Unit& unit : units) {
        if (unit.name != name) continue;
        if (count > INT64_MAX / unit.milliseconds) return std::nullopt;
        return Milliseconds{count * unit.milliseconds};
    }
    return std::nullopt;
}

std::optional<Milliseconds> parse_retention(std::string_view text) {
    constexpr std::chrono::days least{30};
    constexpr std::int64_t days_of_a_year = 366;
    constexpr std::int64_t years_max = 1'000;
    std::int64_t count = 0;
    const char* const last = text.data() + text.size();
    const auto [end, error] = std::from_chars(text.data(), last, count);
    if (error != std::errc{} || count < 0 || last - end != 1) return std::nullopt;
    if (*end == 'y') count *= count > years_max ? 0 : days_of_a_year;
    if ((*end != 'y' && *end != 'd') || count > years_max * days_of_a_year) return std::nullopt;
    const std::chrono::days age{count};
    return age < least ? std::nullopt : std::optional<Milliseconds>(age);
}

std::string format_duration(Milliseconds duration) {
    if (duration.count() == 0) return "0s";
    for (const Unit& unit : units) {
        if (duration.count() % unit.milliseconds == 0) {
            return std::to_string(duration.count() / unit.milliseconds) + std::string(unit.name);
        }
    }
    return std::to_string(duration.count()) + "ms";
}

}  // namespace gdprd
