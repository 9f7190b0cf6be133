// Every column tied to contacts is listed, with what becomes of it.
#include "plan/coverage.h"

#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using plan::Coverage;
using plan::Handling;

namespace {

Coverage coverage_of(const PlanInput& input) {
    return plan::coverage_of(mautic::parse_data_map(input.map_text, "map"), input.policy, input.build(),
                             input.schema);
}

const plan::CoveredColumn* find(const Coverage& coverage, const std::string& table,
                                const std::string& column_name) {
    for (const auto& covered : coverage.tables) {
        if (covered.name != table) continue;
        for (const auto& covered_column : covered.columns) {
            if (covered_column.name == column_name) return &covered_column;
        }
    }
    return nullptr;
}

std::string handling(const Coverage& coverage, const std::string& table, const std::string& column_name) {
    const auto* found = find(coverage, table, column_name);
    return found == nullptr ? "not listed" : name_of(found->handling());
}

// Tables of a plugin: one with a foreign key, one that only has a column of the name.
void add_plugin(PlanInput& input) {
    input.schema.tables["loyalty"] = table("loyalty", {{"id", "int not null"},
                                                       {"lead_id", "bigint not null"},
                                                       {"card", "varchar(64)"},
                                                       {"answers", "longtext json"}});
    input.schema.tables["loyalty"].foreign_keys = {{"lead_id", "leads", "id"}};
    input.schema.tables["vouchers"] =
        table("vouchers", {{"id", "int not null"}, {"lead_id", "int"}, {"text", "longtext"}});
}

}  // namespace

TEST_CASE("each column has the handling that the plan gives it") {
    PlanInput input;
    input.map_text = small_map_text + entry(
                                          "text = { action = \"rewrite\", format = \"json\", why = \"x\" }\n"
                                          "url = { action = \"strip_query\", why = \"y\" }\n"
                                          "kind = { action = \"keep\", why = \"a flag\" }\n");
    input.schema.tables["notes"] = table("notes", {{"id", "int not null"},
                                                   {"lead_id", "bigint not null"},
                                                   {"kind", "varchar(10)"},
                                                   {"url", "longtext"},
                                                   {"text", "longtext"}});
    input.policy.fields["email"] = policy::FieldRule::hash;
    input.policy.fields["points"] = policy::FieldRule::keep;
    const Coverage coverage = coverage_of(input);
    CHECK(handling(coverage, "leads", "email") == "hashed");
    CHECK(handling(coverage, "leads", "firstname") == "erased");
    CHECK(handling(coverage, "leads", "points") == "kept");
    CHECK(handling(coverage, "leads", "domain") == "follows");
    CHECK(handling(coverage, "notes", "text") == "rewritten");
    CHECK(handling(coverage, "notes", "url") == "rewritten");
    CHECK(find(coverage, "notes", "url")->treatments.front().action == "strip_query");
    CHECK(find(coverage, "notes", "kind")->treatments.front().why == "a flag");
    CHECK_FALSE(find(coverage, "notes", "lead_id")->treatments.front().why.empty());
    CHECK_FALSE(coverage.has_unknown());
    std::size_t columns = 0;
    for (const auto& [kind, count] : coverage.counts()) columns += count;
    CHECK(columns == 8 + 5);
}

TEST_CASE("a column of a deleted row goes with it") {
    PlanInput input;
    input.map_text = small_map_text +
                     "[[table]]\nname = \"notes\"\nwhy = \"about a person\"\nrows = \"delete\"\n"
                     "tie = { kind = \"column\", column = \"lead_id\" }\n";
    const Coverage coverage = coverage_of(input);
    CHECK(handling(coverage, "notes", "text") == "row_deleted");
    CHECK(handling(coverage, "notes", "id") == "row_deleted");
    CHECK(find(coverage, "notes", "text")->treatments.front().why == "about a person");
}

TEST_CASE("several ways to one table are told together") {
    PlanInput input;
    input.map_text = small_map_text + entry(rule("text", "delete")) +
                     "[[table]]\nname = \"notes\"\npart = \"old\"\nwhy = \"x\"\n"
                     "tie = { kind = \"text\", text_columns = [\"text\"] }\nsame_columns_as = \"notes\"\n" +
                     "[[table]]\nname = \"notes\"\npart = \"quoted\"\nwhy = \"x\"\n"
                     "tie = { kind = \"text\", text_columns = [\"text\"] }\n[table.columns]\n"
                     "text = { action = \"keep\", why = \"z\" }\n";
    const Coverage coverage = coverage_of(input);
    const auto* text = find(coverage, "notes", "text");
    REQUIRE(text != nullptr);
    REQUIRE(text->treatments.size() == 2);
    CHECK(text->handling() == Handling::erased);
    CHECK(text->treatments[0].entries == std::vector<std::string>{"notes", "notes#old"});
    CHECK(text->treatments[1].entries == std::vector<std::string>{"notes#quoted"});
}

TEST_CASE("a column and a table that nobody knows are unknown") {
    PlanInput input;
    input.map_text = small_map_text + entry(rule("subject", "delete"));
    add_plugin(input);
    SECTION("reported") {
        const Coverage coverage = coverage_of(input);
        CHECK(coverage.has_unknown());
        CHECK(handling(coverage, "notes", "text") == "unknown");
        CHECK(handling(coverage, "loyalty", "card") == "unknown");
        CHECK(handling(coverage, "vouchers", "text") == "unknown");
        CHECK_THAT(find(coverage, "loyalty", "card")->treatments.front().why,
                   ContainsSubstring("foreign key"));
    }
    SECTION("emptied") {
        input.policy.unknown = policy::UnknownRule::remove;
        const Coverage coverage = coverage_of(input);
        CHECK_FALSE(coverage.has_unknown());
        CHECK(handling(coverage, "notes", "text") == "erased");
        CHECK(handling(coverage, "loyalty", "card") == "erased");
        CHECK(handling(coverage, "loyalty", "lead_id") == "kept");
        CHECK(handling(coverage, "vouchers", "text") == "erased");
    }
    SECTION("described") {
        input.map_text = small_map_text + entry(rule("text", "delete")) +
                         entry(rule("card", "delete") + rule("answers", "empty_array"), "loyalty") +
                         entry(rule("text", "delete"), "vouchers");
        const Coverage coverage = coverage_of(input);
        CHECK_FALSE(coverage.has_unknown());
        CHECK(handling(coverage, "loyalty", "answers") == "erased");
    }
}

TEST_CASE("what is left alone by the configuration is kept, with the option as the reason") {
    PlanInput input;
    const std::string off = "switch = \"ip_links\"\n";
    input.map_text = small_map_text + "[[table]]\nname = \"notes\"\nwhy = \"x\"\nrows = \"delete\"\n" + off +
                     "tie = { kind = \"column\", column = \"lead_id\" }\n";
    SECTION("a row") {
        input.policy.switched_off = {"ip_links"};
        const Coverage coverage = coverage_of(input);
        CHECK(handling(coverage, "notes", "text") == "kept");
        CHECK_THAT(find(coverage, "notes", "text")->treatments.front().why,
                   ContainsSubstring("[ways_back] ip_links = false"));
        CHECK_FALSE(coverage.has_unknown());
    }
    SECTION("on again") { CHECK(handling(coverage_of(input), "notes", "text") == "row_deleted"); }
    SECTION("a column") {
        input.map_text = small_map_text +
                         entry("text = { action = \"delete\", why = \"x\", switch = \"device_cookie\" }\n");
        input.policy.switched_off = {"device_cookie"};
        const Coverage coverage = coverage_of(input);
        CHECK(handling(coverage, "notes", "text") == "kept");
        CHECK_THAT(find(coverage, "notes", "text")->treatments.front().why,
                   ContainsSubstring("switch is off"));
    }
    SECTION("a search by text") {
        input.map_text = small_map_text +
                         entry(rule("text", "delete"), "notes", "kind = \"text\", text_columns = [\"text\"]");
        input.policy.newest_text_rows = 0;
        const Coverage coverage = coverage_of(input);
        CHECK(handling(coverage, "notes", "text") == "kept");
        CHECK_THAT(find(coverage, "notes", "text")->treatments.front().why,
                   ContainsSubstring("newest_rows = 0"));
    }
}
