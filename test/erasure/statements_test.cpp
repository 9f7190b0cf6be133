// The SQL of a step, as text. What it does to rows is shown by the tests with a database.
#include "erasure/statements.h"

#include "erasure/plan_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::erasure;
using namespace gdprd::test;

namespace {

Step step_with(const std::string& definition, const std::string& action) {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("extra", definition));
    input.map_text = small_map_text + entry(rule("extra", action));
    const auto plan = input.build();
    return *step_of(plan, "notes");
}

// Question marks outside of quotes.
std::size_t placeholders(const std::string& sql) {
    std::size_t count = 0;
    bool quoted = false;
    for (const char c : sql) {
        if (c == '\'') quoted = !quoted;
        if (c == '?' && !quoted) ++count;
    }
    return count;
}

const std::vector<ContactId> one{7};
const std::vector<ContactId> three{7, 8, 9};
const std::vector<database::Value> keys{std::string("1"), std::string("2"), std::string("3")};

}  // namespace

TEST_CASE("a scope has as many parameters as placeholders, a power of two") {
    const Step step = step_with("longtext", "delete");
    CHECK(scope_of_contacts(step, one).where == "`lead_id` IN (?)");
    const Scope scope = scope_of_contacts(step, three);
    CHECK(scope.where == "`lead_id` IN (?,?,?,?)");
    REQUIRE(scope.parameters.size() == 4);
    CHECK(scope.parameters[3] == scope.parameters[2]);
    CHECK(scope.owner == "lead_id");
    const Scope by_keys = scope_of_keys(step, keys);
    CHECK(by_keys.where == "`id` IN (?,?,?,?)");
    CHECK(by_keys.parameters.size() == 4);
}

TEST_CASE("conditions of a tie are literals that cannot break out") {
    Step step = step_with("longtext", "delete");
    step.tie.conditions = {{"object", {"lead", "it's \\ here"}, false}, {"user_id", {}, true}};
    step.tie.exceptions = {{"bundle", {"x"}, false}};
    CHECK(scope_of_contacts(step, one).where ==
          "`lead_id` IN (?) AND `object` IN ('lead','it''s \\\\ here') AND `user_id` IS NULL"
          " AND NOT (`bundle` IN ('x'))");
}

TEST_CASE("names with quotes in them stay names") {
    Step step = step_with("longtext", "delete");
    step.real_table = "m_no`tes";
    step.columns[0].column = "ex`tra";
    const auto statement = update_columns(step, scope_of_contacts(step, one), {});
    CHECK(statement.sql == "UPDATE `m_no``tes` SET `ex``tra`=NULL WHERE `lead_id` IN (?)");
}

TEST_CASE("every statement has a parameter for each placeholder") {
    struct Case {
        const char* type;
        const char* action;
    };
    const Case cases[] = {{"longtext", "delete"},           {"longtext json", "empty_array"},
                          {"longtext", "strip_query"},      {"varchar(191)", "new_random"},
                          {"int", "anonymous_ip"},          {"int not null", "anonymous_ip"},
                          {"varchar(191) not null", "hash"}};
    Context context;
    context.anonymous_ip = "12";
    context.random = "seed";
    for (const Case& c : cases) {
        CAPTURE(c.type, c.action);
        const Step step = step_with(c.type, c.action);
        const Scope scope = scope_of_contacts(step, three);
        const bool hashed = has_hashed_columns(step);
        CHECK(hashed == (std::string_view(c.action) == "hash"));
        std::vector<Statement> statements{count_pending(step, scope, context), count_rows(step, scope),
                                          delete_rows(step, scope), select_searched(step, scope)};
        if (hashed) {
            statements.push_back(select_hashed(step, scope));
            statements.push_back(update_hashed(step, scope_of_contacts(step, one), context,
                                               std::vector<database::Value>{std::string("before")},
                                               std::vector<database::Value>{std::string("after")}));
        } else {
            statements.push_back(update_columns(step, scope, context));
        }
        for (const Statement& statement : statements) {
            CAPTURE(statement.sql);
            CHECK(placeholders(statement.sql) == statement.parameters.size());
        }
    }
}

TEST_CASE("an update writes what the plan says") {
    Context context;
    context.anonymous_ip = "12";
    const auto sql = [&](const char* type, const char* action) {
        const Step step = step_with(type, action);
        return update_columns(step, scope_of_contacts(step, one), context).sql;
    };
    CHECK(sql("longtext", "delete") == "UPDATE `m_notes` SET `extra`=NULL WHERE `lead_id` IN (?)");
    CHECK(sql("longtext not null", "delete") == "UPDATE `m_notes` SET `extra`='' WHERE `lead_id` IN (?)");
    CHECK(sql("int", "anonymous_ip") == "UPDATE `m_notes` SET `extra`=NULL WHERE `lead_id` IN (?)");
    CHECK(sql("int not null", "anonymous_ip") == "UPDATE `m_notes` SET `extra`=12 WHERE `lead_id` IN (?)");
    CHECK(needs_anonymous_ip(step_with("int not null", "anonymous_ip")));
    CHECK_FALSE(needs_anonymous_ip(step_with("int", "anonymous_ip")));
}

TEST_CASE("rows tied through a parent are found by joining it") {
    Step step = step_with("longtext", "delete");
    step.tie.kind = mautic::Tie::Kind::parent;
    step.tie.column = "object_id";
    step.tie.parent_column = "id";
    step.tie.conditions = {{"object", {"note"}, false}};
    step.parent_real_table = "m_parents";
    step.parent_tie_column = "lead_id";
    step.parent_conditions = {{"kind", {"a"}, false}};
    CHECK(select_keys(step, one).sql ==
          "SELECT p.`lead_id`, t.`id` FROM `m_parents` p JOIN `m_notes` t ON t.`object_id` = p.`id`"
          " WHERE p.`lead_id` IN (?) AND p.`kind` IN ('a') AND t.`object` IN ('note')");
    step.parent_exceptions = {{"kind", {"b"}, false}};
    CHECK_THAT(select_keys(step, one).sql, ContainsSubstring("AND NOT (p.`kind` IN ('b'))"));
}
