#include "base/text.h"

#include "base/hex.h"
#include "support/catch.h"

using namespace gdprd;

TEST_CASE("the nearest name is offered, an unrelated one is not") {
    const std::vector<std::string> fields{"email", "firstname", "lastname", "mobile"};
    CHECK(nearest_name("emial", fields) == "email");
    CHECK(nearest_name("first_name", fields) == "firstname");
    CHECK(nearest_name("zzzzzz", fields).empty());
    CHECK(nearest_name("x", {}).empty());
}

TEST_CASE("trimming and lower-casing leave UTF-8 alone") {
    CHECK(trimmed(" \t a b \r\n") == "a b");
    CHECK(trimmed("   ").empty());
    CHECK(to_lower("M\xc3\x9cLLER@Example.ORG") == "m\xc3\x9cller@example.org");
}

TEST_CASE("hexadecimal is lower case only") {
    CHECK(is_lower_hex("00ff"));
    CHECK_FALSE(is_lower_hex("00FF"));
    CHECK_FALSE(is_lower_hex(""));
    CHECK(sha256_hex("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
