#include "words/numbers.h"

#include "support/catch.h"

using namespace gdprd;
using words::Language;

TEST_CASE("A time is written as the language does, and always says that it is UTC") {
    const Timestamp time = *parse_utc("2026-03-01 00:04:05.999");
    CHECK(words::time_text(time, Language::en) == "1 March 2026, 00:04:05\u00a0UTC");
    CHECK(words::time_text(time, Language::hu) == "2026. március 1. 00:04:05\u00a0(UTC)");
    CHECK(words::time_text(time, Language::de) == "1. März 2026, 00:04:05\u00a0Uhr (UTC)");
    CHECK(words::time_text(*parse_utc("2024-02-29 23:59:59"), Language::hu) ==
          "2024. február 29. 23:59:59\u00a0(UTC)");
}

TEST_CASE("A duration has every unit that is not zero") {
    const auto text = [](long long milliseconds, Language language) {
        return words::duration_text(Milliseconds(milliseconds), language);
    };
    constexpr long long day = 86'400'000;
    CHECK(text(2 * day + 3'600'000 * 3 + 60'000 * 4 + 5'999, Language::en) ==
          "2\u00a0days 3\u00a0h 4\u00a0min 5\u00a0s");
    CHECK(text(day, Language::en) == "1\u00a0day");
    CHECK(text(31 * day + 1'000, Language::hu) == "31\u00a0nap 1\u00a0másodperc");
    CHECK(text(61'000, Language::de) == "1\u00a0Min. 1\u00a0Sek.");
    CHECK(text(999, Language::en) == "less than one second");
    CHECK(text(0, Language::de) == "weniger als eine Sekunde");
}

TEST_CASE("A count is grouped as the language does") {
    CHECK(words::count_text(999, Language::en) == "999");
    CHECK(words::count_text(1'234, Language::en) == "1,234");
    CHECK(words::count_text(1'234, Language::hu) == "1234");
    CHECK(words::count_text(1'234'567, Language::hu) == "1\u00a0234\u00a0567");
    CHECK(words::count_text(1'234'567, Language::de) == "1.234.567");
}
