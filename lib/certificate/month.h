// The month of Article 12(3) GDPR, as Regulation (EEC, Euratom) No 1182/71, Article 3, counts it: it ends
// with the last hour of the day that has the same date as the first one, or with the month's last day where
// it has no such date. A day begins at another moment in each time zone, clocks are put forward and back, and
// the program does not know whose count: what is so in some of them only is said to be so. Nothing here knows
// holidays, which can only make the time longer. Pure.
#pragma once

#include <optional>
#include <vector>

#include "base/clock.h"
#include "base/names.h"
#include "records/statistics.h"

namespace gdprd::certificate {

enum class Month {
    within,    // in every time zone
    depends,   // in some, or not known to be so in all
    exceeded,  // in every time zone
};
inline constexpr auto month_names = make_names<Month>(
    {{Month::within, "within"}, {Month::depends, "depends"}, {Month::exceeded, "exceeded"}});

// Wherever people are.
std::vector<records::Clocks> all_clocks();

struct Took {
    Milliseconds time{};
    Month month = Month::within;
};
// Nothing where one is not known, or the end is before the beginning.
std::optional<Took> took(const std::optional<Timestamp>& from, const std::optional<Timestamp>& to);

}  // namespace gdprd::certificate
