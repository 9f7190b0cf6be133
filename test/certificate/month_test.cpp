// The month of Article 12(3): by the calendar, and honest about time zones.
#include "certificate/month.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <optional>
#include <random>
#include <string>
#include <vector>

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
             // Where it is still the 9th, a quarter after six hours west of Greenwich, the month is over
             // first; an hour sooner if clocks were put forward.
             Row{"2026-03-10 06:00:00", "2026-04-10 05:14:59", Month::within},
             Row{"2026-03-10 06:00:00", "2026-04-10 05:15:00", Month::depends},
             Row{"2026-03-10 06:00:00", "2026-04-10 23:59:59", Month::depends},
             // Where it is the 11th already, eleven hours east, it is over last.
             Row{"2026-03-10 13:00:00", "2026-04-11 13:59:59", Month::depends},
             Row{"2026-03-10 13:00:00", "2026-04-11 14:00:00", Month::exceeded},
             // Clocks are put forward in between: in Berlin it is 2 April already.
             Row{"2026-03-01 22:30:00", "2026-04-01 22:30:00", Month::depends},
             // In India it is 11 June, and on 11 July the month is not over; in Nepal neither.
             Row{"2026-06-10 18:20:00", "2026-07-10 18:40:00", Month::depends},
             Row{"2026-06-10 18:10:00", "2026-07-10 18:20:00", Month::depends},
             // Clocks are put back in between: in Lisbon it is 1 November until one o'clock in UTC.
             Row{"2026-10-01 22:30:00", "2026-11-01 23:30:00", Month::depends},
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

namespace {

// A place's own calendar, from the machine's time zones. Puts back what was set.
class Place {
  public:
    explicit Place(const char* zone) {
        if (const char* before = std::getenv("TZ")) before_ = before;
        ::setenv("TZ", zone, 1);
        ::tzset();
    }
    ~Place() {
        before_ ? ::setenv("TZ", before_->c_str(), 1) : ::unsetenv("TZ");
        ::tzset();
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    // Is `to` within the month that begins with the day of `from`? By the dates alone.
    bool is_within(std::time_t from, std::time_t to) const {
        std::tm first{};
        std::tm last{};
        ::localtime_r(&from, &first);
        ::localtime_r(&to, &last);
        const int months = (last.tm_year - first.tm_year) * 12 + last.tm_mon - first.tm_mon;
        return months < 1 || (months == 1 && last.tm_mday <= first.tm_mday);
    }

  private:
    std::optional<std::string> before_;
};

}  // namespace

TEST_CASE("What is said of the month is so in every place, by the calendar that hangs there") {
    if (!std::filesystem::exists("/usr/share/zoneinfo/Asia/Kolkata")) return;
    std::mt19937 random(1'182'171);
    const auto below = [&](std::int64_t limit) {
        return std::uniform_int_distribution<std::int64_t>(0, limit - 1)(random);
    };
    constexpr std::int64_t day = 86'400;
    struct Span {
        std::time_t from;
        std::time_t to;
        Month month;
    };
    std::vector<Span> spans;
    for (int i = 0; i < 2'000; ++i) {
        const std::time_t from = 1'735'689'600 + below(700 * day);
        const std::time_t to = from + 26 * day + below(8 * day);
        const auto took =
            certificate::took(Timestamp(std::chrono::seconds(from)), Timestamp(std::chrono::seconds(to)));
        REQUIRE(took);
        spans.push_back({from, to, took->month});
    }
    int wrong = 0;
    for (const char* zone : {"Europe/Budapest", "Europe/Berlin", "Europe/Lisbon", "Asia/Kolkata",
                             "Asia/Kathmandu", "America/New_York", "America/St_Johns", "Pacific/Chatham",
                             "Pacific/Kiritimati", "Australia/Lord_Howe", "Etc/GMT+12", "UTC"}) {
        const Place place(zone);
        for (const Span& span : spans) {
            const bool is_known = span.month != Month::depends;
            if (is_known && place.is_within(span.from, span.to) != (span.month == Month::within)) ++wrong;
        }
    }
    CHECK(wrong == 0);
    const auto depends = std::count_if(spans.begin(), spans.end(),
                                       [](const Span& span) { return span.month == Month::depends; });
    CHECK(depends < static_cast<std::ptrdiff_t>(spans.size()) / 2);
}

TEST_CASE("What is not known, or ends before it begins, took no time that could be told") {
    const auto time = parse_utc("2026-03-01 12:00:00");
    CHECK_FALSE(certificate::took(std::nullopt, time));
    CHECK_FALSE(certificate::took(time, std::nullopt));
    CHECK_FALSE(certificate::took(time, parse_utc("2026-03-01 11:59:59.999")));
    CHECK(certificate::took(time, time));
}
