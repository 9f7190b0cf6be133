#include "policy/field_policy.h"

#include <functional>
#include <set>
#include <utility>
#include <vector>

#include "support/catch.h"

using namespace gdprd::policy;

namespace {

FieldPolicy sample() {
    FieldPolicy policy;
    policy.fields = {{"email", FieldRule::hash}, {"country", FieldRule::keep}};
    policy.columns = {{"page_hits.city", FieldRule::keep}};
    return policy;
}

}  // namespace

TEST_CASE("a field without a rule of its own gets the rule of the others") {
    FieldPolicy policy = sample();
    CHECK(policy.rule_for("email") == FieldRule::hash);
    CHECK(policy.rule_for("country") == FieldRule::keep);
    CHECK(policy.rule_for("created_tomorrow") == FieldRule::remove);
    policy.other_fields = FieldRule::hash;
    CHECK(policy.rule_for("created_tomorrow") == FieldRule::hash);
}

TEST_CASE("rules are written as delete, hash and keep") {
    for (FieldRule rule : {FieldRule::remove, FieldRule::hash, FieldRule::keep}) {
        CHECK(field_rule_from_name(name_of(rule)) == rule);
    }
    for (const char* name : {"", "remove", "Delete", "hash ", "erase"}) {
        CAPTURE(name);
        CHECK_FALSE(field_rule_from_name(name).has_value());
    }
}

TEST_CASE("the digest does not depend on the order in which rules were written") {
    FieldPolicy other;
    other.columns["page_hits.city"] = FieldRule::keep;
    other.fields["country"] = FieldRule::keep;
    other.fields["email"] = FieldRule::hash;
    CHECK(other.digest() == sample().digest());
    CHECK(other.digest().size() == 64);
}

TEST_CASE("the digest of a policy is the same in every version of the program") {
    CHECK(FieldPolicy{}.digest() == "35971535f578991edacb7ca28f62780364fa847db1f55a608a94c3f50df9cd35");
    CHECK(sample().digest() == "494d5e05e8cf4c046438b686f6724a103a6a225cd0873d6fbf25df34561e13c0");
}

TEST_CASE("every change of a rule changes the digest") {
    struct Row {
        const char* name;
        std::function<void(FieldPolicy&)> change;
    };
    const std::vector<Row> rows{
        {"another rule for a field", [](FieldPolicy& p) { p.fields["email"] = FieldRule::keep; }},
        {"one field more", [](FieldPolicy& p) { p.fields["city"] = FieldRule::keep; }},
        {"one field less", [](FieldPolicy& p) { p.fields.erase("country"); }},
        {"another rule for the others", [](FieldPolicy& p) { p.other_fields = FieldRule::hash; }},
        {"another rule for a column", [](FieldPolicy& p) { p.columns["page_hits.city"] = FieldRule::hash; }},
        {"a column's rule as a field's", [](FieldPolicy& p) { std::swap(p.columns, p.fields); }},
        {"a rule moved from the columns to the fields", [](FieldPolicy& p) { p.fields.merge(p.columns); }},
        {"another rule for unknown tables", [](FieldPolicy& p) { p.unknown = UnknownRule::stop; }},
        {"unknown tables emptied", [](FieldPolicy& p) { p.unknown = UnknownRule::remove; }},
        {"a way back left open", [](FieldPolicy& p) { p.switched_off = {"ip_links"}; }},
        {"the own company", [](FieldPolicy& p) { p.own_company = OwnCompany::same_name; }},
        {"another bound of the text search", [](FieldPolicy& p) { p.newest_text_rows = 0; }},
        {"a name that looks like two rules",
         [](FieldPolicy& p) {
             p.fields.erase("country");
             p.fields["country4:keep5:email"] = FieldRule::hash;
         }},
    };
    std::set<std::string> digests{sample().digest()};
    for (const Row& row : rows) {
        CAPTURE(row.name);
        FieldPolicy changed = sample();
        row.change(changed);
        CHECK(digests.insert(changed.digest()).second);
    }
}
