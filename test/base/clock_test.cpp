#include "base/clock.h"

#include "support/catch.h"

using namespace gdprd;

TEST_CASE("a time is printed as DATETIME(3) and read back to the millisecond") {
    const Timestamp time{Milliseconds{1'772'368'496'789}};
    CHECK(format_utc(time) == "2026-03-01 12:34:56.789");
    CHECK(parse_utc("2026-03-01 12:34:56.789") == time);
    CHECK(parse_utc("2026-03-01 12:34:56") == time - Milliseconds{789});
    CHECK(parse_utc("2026-03-01 12:34:56.7") == time - Milliseconds{89});
}

TEST_CASE("what is not a time is refused") {
    for (const char* text :
         {"", "2026-03-01", "0000-00-00 00:00:00", "2026-13-01 00:00:00", "2026-02-30 00:00:00",
          "2026-03-01 24:00:00", "2026-03-01 12:34:56x", "2026-03-01 12:34:56.", "20x6-03-01 12:34:56"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_utc(text).has_value());
    }
}

TEST_CASE("durations carry their unit and print as they were meant") {
    CHECK(parse_duration("500ms") == Milliseconds{500});
    CHECK(parse_duration("90s") == Milliseconds{90'000});
    CHECK(parse_duration("24h") == Milliseconds{86'400'000});
    for (const char* text : {"", "10", "s", "-1s", "1.5h", "10 s", "1w", "99999999999999999d"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_duration(text).has_value());
    }
    for (const char* text : {"0s", "500ms", "90s", "15m", "23h", "7d"}) {
        CHECK(format_duration(parse_duration(text).value()) == text);
    }
}
