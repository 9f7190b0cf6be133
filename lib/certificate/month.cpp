#include "certificate/month.h"

#include <algorithm>
#include <chrono>

namespace gdprd::certificate {

namespace {

using std::chrono::hours;

// When the month is over where the clocks are so much ahead of UTC.
Timestamp end_of_month_after(Timestamp from, hours ahead) {
    const std::chrono::year_month_day first(std::chrono::floor<std::chrono::days>(from + ahead));
    std::chrono::year_month_day last = first + std::chrono::months(1);
    if (!last.ok()) last = last.year() / last.month() / std::chrono::last;
    return std::chrono::sys_days(last) + std::chrono::days(1) - ahead;
}

Month month_of(Timestamp from, Timestamp to) {
    Timestamp earliest = Timestamp::max();
    Timestamp latest = Timestamp::min();
    for (hours ahead(furthest_west); ahead <= hours(furthest_east); ++ahead) {
        const Timestamp end = end_of_month_after(from, ahead);
        earliest = std::min(earliest, end);
        latest = std::max(latest, end);
    }
    if (to < earliest) return Month::within;
    return to < latest ? Month::depends : Month::exceeded;
}

}  // namespace

std::optional<Took> took(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to) {
    if (!from || !to || *to < *from) return std::nullopt;
    return Took{*to - *from, month_of(*from, *to)};
}

}  // namespace gdprd::certificate
