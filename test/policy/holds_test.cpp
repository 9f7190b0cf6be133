// Which values hold a contact, and the words for it.
#include "policy/holds.h"

#include "support/catch.h"

using namespace gdprd::policy;

namespace {

const Holds by_fields = [] {
    Holds holds;
    holds.fields = {
        {"unpaid", {"1"}}, {"claim", {"open", "in court"}}, {"by", {"R&D"}}, {"Court_Case", {"1"}}};
    return holds;
}();

}  // namespace

TEST_CASE("a field's value holds as exact text") {
    struct Row {
        const char* name;
        gdprd::ColumnValues values;
        std::string hold;  // "" for none
    };
    const std::vector<Row> rows{
        {"no value", {}, ""},
        {"another field", {{"email", "1"}}, ""},
        {"the column in another case", {{"UNPAID", "1"}}, "[hold.fields] unpaid, value number 1"},
        {"the rule in another case", {{"court_case", "1"}}, "[hold.fields] Court_Case, value number 1"},
        {"the value", {{"unpaid", "1"}}, "[hold.fields] unpaid, value number 1"},
        {"another value", {{"unpaid", "0"}}, ""},
        {"zeros of a type", {{"unpaid", "01.00"}}, "[hold.fields] unpaid, value number 1"},
        {"another number", {{"unpaid", "10"}}, ""},
        {"blanks", {{"unpaid", " 1"}}, ""},
        {"empty", {{"unpaid", ""}}, ""},
        {"second of the list", {{"claim", "in court"}}, "[hold.fields] claim, value number 2"},
        {"other case", {{"claim", "Open"}}, ""},
        {"stored HTML-escaped", {{"by", "R&amp;D"}}, "[hold.fields] by, value number 1"},
        {"escaped twice", {{"by", "R&#38;amp;D"}}, "[hold.fields] by, value number 1"},
        {"not escaped", {{"by", "R&D"}}, "[hold.fields] by, value number 1"},
        {"another text that is escaped", {{"by", "R&lt;D"}}, ""},
        {"both", {{"claim", "open"}, {"unpaid", "1"}}, "[hold.fields] unpaid, value number 1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const auto hold = hold_by_field(by_fields, row.values);
        CHECK((hold ? describe(*hold) : "") == row.hold);
    }
}

TEST_CASE("each of the values that a multiselect holds is compared") {
    Holds holds;
    holds.fields = {{"claims", {"court", "R&D"}}};
    for (const bool several : {false, true}) {
        holds.fields.front().several = several;
        const auto number = [&](const char* stored) {
            const auto hold = hold_by_field(holds, {{"claims", stored}});
            return hold ? hold->number : 0;
        };
        CAPTURE(several);
        CHECK(number("court") == 1);
        CHECK(number("invoice|court") == (several ? 1 : 0));
        CHECK(number("court|invoice") == (several ? 1 : 0));
        CHECK(number("invoice|R&amp;D|other") == (several ? 2 : 0));
        CHECK(number("courts|invoice") == 0);
        CHECK(number("|") == 0);
        CHECK(number("") == 0);
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

TEST_CASE("a name of Mautic's reads as the rule, escaped or not and without regard to case") {
    struct Row {
        const char* stored;
        const char* rule;
        bool same;
    };
    for (const Row& row :
         {Row{"R&amp;D", "R&D", true}, Row{"R&D", "R&amp;D", true}, Row{"r&amp;d ", "R&D", true},
          Row{"O&#039;Neil", "O'Neil", true}, Row{"O&#39;Neil", "O'Neil", true},
          Row{"&quot;hold&quot;", "\"hold\"", true}, Row{"\xc3\x96l &amp; Gas", "\xc3\xb6l & gas", true},
          Row{"R D", "R&D", false}, Row{"R&amp", "R&", false}, Row{"", "R&D", false}}) {
        CAPTURE(row.stored, row.rule);
        CHECK(reads_as(row.stored, row.rule) == row.same);
    }
}
