#include "base/log.h"

#include "support/catch.h"

using namespace gdprd;

TEST_CASE("a journald line starts with the syslog level") {
    CHECK(log::render(log::Level::error, log::Format::journald, "lost", {{"contact", 7u}, {"code", "x y"}}) ==
          "<3>lost contact=7 code=\"x y\"");
}

TEST_CASE("a line stays one line whatever it is given") {
    const auto line = log::render(log::Level::info, log::Format::journald, "a\nb", {{"f", "1\n2"}});
    CHECK(line == "<6>a b f=\"1 2\"");
}

TEST_CASE("JSON lines survive bytes that are not UTF-8") {
    const auto line = log::render(log::Level::info, log::Format::json, "a", {{"f", "\xff"}, {"n", -1}});
    CHECK_THAT(line, ContainsSubstring("\"message\":\"a\""));
    CHECK_THAT(line, ContainsSubstring("\"n\":-1"));
}
