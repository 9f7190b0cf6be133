#include "base/schedule.h"

#include "support/catch.h"

using namespace gdprd;

namespace {

Timestamp at(const char* text) { return parse_utc(text).value(); }
Schedule schedule(const char* text) { return Schedule::parse(text).value(); }

}  // namespace

TEST_CASE("a schedule is off, a time of day or a pause, and nothing else") {
    for (const char* text : {"off", "00:00", "03:30", "23:59", "1h", "12h", "7d", "90m"}) {
        CAPTURE(text);
        CHECK(Schedule::parse(text).has_value());
    }
    for (const char* text : {"", "on", "24:00", "3:30", "03:60", "0330", "03:3x", "+3:30", "59m", "0h", "1",
                             "-1h", "03:30:00", "daily"}) {
        CAPTURE(text);
        CHECK_FALSE(Schedule::parse(text).has_value());
    }
    CHECK(schedule("off").is_off());
    CHECK_FALSE(schedule("00:00").is_off());
    CHECK(schedule("60m") == schedule("1h"));
}

TEST_CASE("a time of day is due once a day, and a start after it waits for the next") {
    const Schedule nightly = schedule("03:30");
    const Timestamp started = at("2026-03-01 12:00:00");
    CHECK_FALSE(nightly.is_due({}, started, at("2026-03-01 12:00:00")));
    CHECK_FALSE(nightly.is_due({}, started, at("2026-03-02 03:29:59")));
    CHECK(nightly.is_due({}, started, at("2026-03-02 03:30:00")));
    CHECK(nightly.is_due({}, started, at("2026-03-05 01:00:00")));
    const Timestamp begun = at("2026-03-02 03:30:01");
    CHECK_FALSE(nightly.is_due(begun, started, at("2026-03-02 23:00:00")));
    CHECK_FALSE(nightly.is_due(begun, started, at("2026-03-03 03:29:00")));
    CHECK(nightly.is_due(begun, started, at("2026-03-03 03:30:00")));
    // Missed, because the daemon was not running.
    CHECK(nightly.is_due(begun, at("2026-03-04 12:00:00"), at("2026-03-04 12:00:01")));
    // One by hand at noon, and a clock that was ahead.
    CHECK(nightly.is_due(at("2026-03-02 12:00:00"), started, at("2026-03-03 03:31:00")));
    CHECK_FALSE(nightly.is_due(at("2036-01-01 00:00:00"), started, at("2026-03-03 03:31:00")));
}

TEST_CASE("a pause is due at once, and then after the pause") {
    const Schedule weekly = schedule("7d");
    const Timestamp started = at("2026-03-01 12:00:00");
    CHECK(weekly.is_due({}, started, started));
    CHECK_FALSE(weekly.is_due(started, started, at("2026-03-08 11:59:59")));
    CHECK(weekly.is_due(started, started, at("2026-03-08 12:00:00")));
    CHECK_FALSE(schedule("off").is_due({}, started, at("2036-03-08 12:00:00")));
}
