// The month of Article 12(3): by the calendar, and honest about time zones.
#include "certificate/month.h"

#include "support/catch.h"

using namespace gdprd;
using certificate::Month;

TEST_CASE("The month of Article 12(3) ends with the day of the same date, or the month's last one") {
    struct Row {
        const char* from;
        const char* to;
        Month month;
    };
    for (const Row& row : {
             Row{"2026-03-01 12:00:00", "2026-03-01 12:00:05", Month::within},
             Row{"2026-03-10 12:00:00", "2026-04-09 23:59:59", Month::within},
             // Where it is still the 9th, eight hours west of Greenwich, the month is over first.
             Row{"2026-03-10 06:00:00", "2026-04-10 06:59:59", Month::within},
             Row{"2026-03-10 06:00:00", "2026-04-10 07:00:00", Month::depends},
             Row{"2026-03-10 06:00:00", "2026-04-10 23:59:59", Month::depends},
             // Where it is the 11th already it is over last.
             Row{"2026-03-10 13:00:00", "2026-04-11 12:59:59", Month::depends},
             Row{"2026-03-10 13:00:00", "2026-04-11 13:00:00", Month::exceeded},
             // There is no 31 February.
             Row{"2026-01-31 12:00:00", "2026-02-28 09:59:59", Month::within},
             Row{"2026-01-31 05:00:00", "2026-03-01 12:00:00", Month::exceeded},
             Row{"2024-01-30 05:00:00", "2024-02-29 09:00:00", Month::within},
             // In New York it is still February: the month is over four weeks later there.
             Row{"2026-03-01 02:00:00", "2026-03-29 11:00:00", Month::depends},
             Row{"2026-12-31 12:00:00", "2027-01-31 09:00:00", Month::within},
             Row{"2026-03-10 12:00:00", "2027-03-10 12:00:00", Month::exceeded},
         }) {
        CAPTURE(row.from, row.to);
        const auto took = certificate::took(parse_utc(row.from), parse_utc(row.to));
        REQUIRE(took);
        CHECK(certificate::month_names.of(took->month) ==
              std::string(certificate::month_names.of(row.month)));
        CHECK(took->time == *parse_utc(row.to) - *parse_utc(row.from));
    }
}

TEST_CASE("What is not known, or ends before it begins, took no time that could be told") {
    const auto time = parse_utc("2026-03-01 12:00:00");
    CHECK_FALSE(certificate::took(std::nullopt, time));
    CHECK_FALSE(certificate::took(time, std::nullopt));
    CHECK_FALSE(certificate::took(time, parse_utc("2026-03-01 11:59:59.999")));
    CHECK(certificate::took(time, time));
}
