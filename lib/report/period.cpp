#include "report/period.h"

#include <algorithm>
#include <optional>

#include "base/error.h"
#include "base/text.h"

namespace gdprd::report {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::year_month_day;

namespace {

std::optional<sys_days> parse_day(std::string_view text) {
    if (text.size() != 10 || text[4] != '-' || text[7] != '-') return std::nullopt;
    const auto number = [&](std::size_t at, std::size_t size) -> std::optional<std::uint32_t> {
        const auto digits = text.substr(at, size);
        if (!std::all_of(digits.begin(), digits.end(), is_digit)) return std::nullopt;
        return whole_number<std::uint32_t>(digits);
    };
    const auto year = number(0, 4), month = number(5, 2), day = number(8, 2);
    constexpr std::uint32_t first_year = 1'000, last_year = 9'998;  // of a DATETIME, and time zones to spare
    if (!year || !month || !day || *year < first_year || *year > last_year) return std::nullopt;
    const year_month_day date(std::chrono::year(static_cast<int>(*year)), std::chrono::month(*month),
                              std::chrono::day(*day));
    if (!date.ok()) return std::nullopt;
    return sys_days(date);
}

sys_days day_of(const char* option, const std::string& text) {
    const auto day = parse_day(text);
    if (day) return *day;
    throw ConfigurationError(std::string(option) + " '" + text + "': is no day",
                             "Write it with year, month and day: 2026-03-01");
}

}  // namespace

Period period_of(const std::string& from, const std::string& to, Timestamp now) {
    const Period period{day_of("--from", from), day_of("--to", to)};
    if (period.to <= period.from) {
        throw ConfigurationError("--to '" + to + "': is not after --from '" + from + "'",
                                 "The day of --to does not belong to the period: for the single day " + from +
                                     " write --to " + day_text(period.from + days(1)));
    }
    constexpr days longest{36'525};
    if (period.to - period.from > longest) {
        throw ConfigurationError("--from '" + from + "' --to '" + to + "': is more than a hundred years",
                                 "Choose a shorter period");
    }
    if (Timestamp(period.from) > now) {
        throw ConfigurationError("--from '" + from + "': has not come yet in UTC",
                                 "Choose a day that has begun");
    }
    return period;
}

std::string day_text(sys_days day) { return format_utc(day).substr(0, 10); }

Grain grain_of(const Period& period) {
    constexpr days quarter{92};
    constexpr days ten_years{3'653};
    if (period.to - period.from <= quarter) return Grain::day;
    return period.to - period.from <= ten_years ? Grain::month : Grain::year;
}

sys_days first_day(sys_days day, Grain grain) {
    const year_month_day date(day);
    switch (grain) {
        case Grain::day:
            break;
        case Grain::month:
            return date.year() / date.month() / 1;
        case Grain::year:
            return date.year() / std::chrono::January / 1;
    }
    return day;
}

sys_days next_first_day(sys_days day, Grain grain) {
    const year_month_day first(first_day(day, grain));
    switch (grain) {
        case Grain::day:
            break;
        case Grain::month:
            return first + std::chrono::months(1);
        case Grain::year:
            return first + std::chrono::years(1);
    }
    return day + days(1);
}

}  // namespace gdprd::report
