#include "paper/readable.h"

#include "support/catch.h"

using gdprd::paper::readable;

TEST_CASE("A foreign text cannot hide, turn round or break what stands beside it") {
    CHECK(readable("leads_őű_日本 ß") == "leads_őű_日本 ß");
    CHECK(readable("a\nb\tc") == "a\\u{a}b\\u{9}c");
    CHECK(readable("a\u202etxt") == "a\\u{202e}txt");
    CHECK(readable("a\u200bb\u2066c\ufeff") == "a\\u{200b}b\\u{2066}c\\u{feff}");
    CHECK(readable(std::string("a\0b", 3)) == "a\\u{0}b");
    CHECK(readable("a\xff\xc3") == "a\\x{ff}\\x{c3}");
    CHECK(readable("\xed\xa0\x80") == "\\x{ed}\\x{a0}\\x{80}");
    CHECK(readable("5\u00a0s") == "5\u00a0s");
    CHECK(readable("").empty());
}
