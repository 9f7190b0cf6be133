// Which values hold a contact, and the words for it.
#include "policy/holds.h"

#include "support/catch.h"

using namespace gdprd::policy;

namespace {

const Holds by_fields = [] {
    Holds holds;
    holds.fields = {{"unpaid", {"1"}}, {"claim", {"open", "in court"}}};
    return holds;
}();

}  // namespace

TEST_CASE("a field's value holds as exact text") {
    struct Row {
        const char* name;
        std::map<std::string, std::string> values;
        std::string hold;  // "" for none
    };
    const std::vector<Row> rows{
        {"no value", {}, ""},
        {"another field", {{"email", "1"}}, ""},
        {"the value", {{"unpaid", "1"}}, "[hold.fields] unpaid, value number 1"},
        {"another value", {{"unpaid", "0"}}, ""},
        {"another spelling", {{"unpaid", "1.0"}}, ""},
        {"blanks", {{"unpaid", " 1"}}, ""},
        {"empty", {{"unpaid", ""}}, ""},
        {"second of the list", {{"claim", "in court"}}, "[hold.fields] claim, value number 2"},
        {"other case", {{"claim", "Open"}}, ""},
        {"both", {{"claim", "open"}, {"unpaid", "1"}}, "[hold.fields] unpaid, value number 1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto hold = hold_by_field(by_fields, row.values);
        CHECK((hold ? describe(*hold) : "") == row.hold);
    }
}

TEST_CASE("no rule holds nobody, and each rule has its words") {
    CHECK(Holds{}.empty());
    CHECK_FALSE(by_fields.empty());
    CHECK_FALSE(hold_by_field({}, {{"unpaid", "1"}}).has_value());
    CHECK(describe({Hold::Kind::tag, "legal claim", 2}) == "[hold] tags number 2, \"legal claim\"");
    CHECK(describe({Hold::Kind::segment, "court", 1}) == "[hold] segments number 1, \"court\"");
    CHECK(name_of(Hold::Kind::field) == std::string("field"));
}
