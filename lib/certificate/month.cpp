#include "certificate/month.h"

#include <algorithm>
#include <chrono>

namespace gdprd::certificate {

namespace {

using std::chrono::hours;
using std::chrono::minutes;

// When the month is over where clocks are so much ahead of UTC when it begins, and so much when it ends.
Timestamp end_of_month_after(Timestamp from, minutes ahead, minutes ahead_at_end) {
    const std::chrono::year_month_day first(std::chrono::floor<std::chrono::days>(from + ahead));
    std::chrono::year_month_day last = first + std::chrono::months(1);
    if (!last.ok()) last = last.year() / last.month() / std::chrono::last;
    return std::chrono::sys_days(last) + std::chrono::days(1) - ahead_at_end;
}

}  // namespace

// All offsets that there are go by quarters of an hour. Within the month clocks may be put forward or back,
// by an hour at most; where they never are, that makes no more of it than a doubt.
std::vector<records::Clocks> all_clocks() {
    constexpr minutes furthest_west = hours(-12);
    constexpr minutes furthest_east = hours(14);
    constexpr minutes step{15};
    constexpr minutes change = hours(1);
    std::vector<records::Clocks> clocks;
    for (minutes ahead = furthest_west; ahead <= furthest_east; ahead += step) {
        clocks.push_back({ahead, std::min(ahead + change, furthest_east)});
        clocks.push_back({ahead, std::max(ahead - change, furthest_west)});
    }
    return clocks;
}

namespace {

Month month_of(Timestamp from, Timestamp to) {
    static const std::vector<records::Clocks> everywhere = all_clocks();
    Timestamp earliest = Timestamp::max();
    Timestamp latest = Timestamp::min();
    for (const records::Clocks& clocks : everywhere) {
        const Timestamp end = end_of_month_after(from, clocks.ahead, clocks.ahead_at_end);
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
