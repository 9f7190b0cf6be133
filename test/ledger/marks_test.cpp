// How our own hashes are told from everything else that looks like one.
#include "ledger/marks.h"

#include "base/error.h"
#include "base/hex.h"
#include "support/catch.h"

using namespace gdprd;
using ledger::Marks;

namespace {

const std::string hash = "0123456789abcdef0123456789abcdef";

}  // namespace

TEST_CASE("a mark belongs to a column and a hash") {
    Marks marks;
    CHECK(marks.empty());
    marks.add("email", hash);
    CHECK(marks.contains("email", hash));
    CHECK_FALSE(marks.contains("phone", hash));
    CHECK_FALSE(marks.contains("email", "1" + hash.substr(1)));
    // The column ends where the hash begins: no two pairs share a mark.
    CHECK_FALSE(marks.contains("emai", "l" + hash));
    marks.add("email", hash);
    CHECK(marks.text().size() == Marks::digits);
}

TEST_CASE("marks are read as they were written") {
    Marks marks;
    for (const char* column : {"email", "phone", "firstname"}) marks.add(column, hash);
    const Marks again(marks.text());
    CHECK(again.text() == marks.text());
    CHECK(again.contains("phone", hash));
    CHECK(is_lower_hex(marks.text()));
    CHECK(Marks("").empty());
}

TEST_CASE("a mark does not hold the hash it stands for") {
    Marks marks;
    marks.add("email", hash);
    CHECK(marks.text().find(hash.substr(0, 8)) == std::string::npos);
}

TEST_CASE("what is no row of marks is refused") {
    struct Case {
        const char* name;
        std::string text;
    };
    for (const Case& c : {Case{"too short", "0123"}, Case{"one digit too many", std::string(17, 'a')},
                          Case{"capitals", std::string(16, 'A')}, Case{"an address", "anna@example.org"},
                          Case{"blanks", std::string(16, ' ')}}) {
        CAPTURE(c.name);
        CHECK_THROWS_AS(Marks(c.text), Error);
    }
}

TEST_CASE("the ledger's column has room for as many marks as are kept") {
    Marks marks;
    for (std::size_t i = 0; i < 2 * Marks::marks_max; ++i) marks.add("field_" + std::to_string(i), hash);
    CHECK(marks.text().size() == Marks::marks_max * Marks::digits);
    CHECK(marks.text().size() <= 2048);
}
