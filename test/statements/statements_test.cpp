// The SQL of a step, as text. What it does to rows is shown by the tests with a database.
#include "statements/statements.h"

#include <bit>

#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::plan;
using namespace gdprd::statements;
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

TEST_CASE("who had an id before is asked of rows only where somebody may have had it") {
    Step step = step_with("longtext", "delete");
    step.id_history = plan::IdHistory{"leads", "contact_merge_records", "audit_log", "date_added"};
    const std::string theirs = "`lead_id` IN (?)";
    const Scope asked = scope_of_contacts(step, one);
    CHECK(asked.where.find("contact_merge_records") != std::string::npos);
    CHECK(asked.where.find("audit_log") != std::string::npos);
    CHECK(scope_of_contacts(step, one, EarlierOwners::none).where == theirs);
    step.id_history->doubtful = true;
    CHECK(scope_of_contacts(step, one, EarlierOwners::none).where == theirs + " AND FALSE");

    CHECK(select_earlier_owners(*step.id_history, three).parameters.size() == 8);
    step.id_history->merge_table.clear();
    CHECK(select_earlier_owners(*step.id_history, one).sql ==
          "(SELECT 1 FROM `audit_log` WHERE `object` = 'lead' AND `action` = 'delete' AND `object_id` IN (?)"
          " LIMIT 1)");
}

TEST_CASE("conditions of a tie are literals that cannot break out") {
    Step step = step_with("longtext", "delete");
    step.tie.conditions = {{"object", {"lead", "it's \\ here"}, false}, {"user_id", {}, true}};
    step.tie.exceptions = {{"bundle", {"x"}, false}};
    CHECK(scope_of_contacts(step, one).where ==
          "`lead_id` IN (?) AND `object` IN ('lead','it''s \\\\ here') AND `user_id` IS NULL"
          " AND (`bundle` IN ('x')) IS NOT TRUE");
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
            const std::vector<HashedValue> values{{"7", 0, "before", "after"}, {"8", 0, "other", "hash"}};
            const std::vector<RewrittenRow> rows{{"7", {std::string("hash")}}, {"8", {nullptr}}};
            statements.push_back(select_hashed(step, scope, context));
            statements.push_back(update_hashed(step, scope, context, values));
            statements.push_back(select_own_pending(step, context, rows));
            statements.push_back(update_own(step, context, rows));
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
    step.chains = {{{"parents", "m_parents", "lead_id", "id", false, "", "", {{"kind", {"a"}, false}}, {}}}};
    CHECK(select_keys(step, one, {}).sql ==
          "SELECT c0.`lead_id`, t.`id` FROM `m_parents` c0 JOIN `m_notes` t ON t.`object_id` = c0.`id`"
          " WHERE c0.`lead_id` IN (?) AND c0.`kind` IN ('a') AND t.`object` IN ('note')");
    step.chains[0][0].exceptions = {{"kind", {"b"}, false}};
    CHECK_THAT(select_keys(step, one, {}).sql, ContainsSubstring("AND (c0.`kind` IN ('b')) IS NOT TRUE"));
}

TEST_CASE("a chain of parents is joined from the contact to the rows") {
    Step step = step_with("longtext", "delete");
    step.tie.kind = mautic::Tie::Kind::parent;
    step.tie.column = "child_id";
    step.chains = {{{"parents", "m_parents", "lead_id", "id", false, "", "", {}, {}},
                    {"children", "m_children", "parent_id", "number", true, "", "", {}, {}}}};
    CHECK(select_keys(step, one, {}).sql ==
          "SELECT c0.`lead_id`, t.`id` FROM `m_parents` c0 JOIN `m_children` c1 ON c1.`parent_id` = c0.`id`"
          " JOIN `m_notes` t ON t.`child_id` = c1.`number`"
          " AND CAST(CONVERT(t.`child_id` USING utf8mb4) AS BINARY) ="
          " CAST(CONVERT(c1.`number` USING utf8mb4) AS BINARY) WHERE c0.`lead_id` IN (?)"
          " AND c1.`number` <> ''");
    step.chains[0][0].next_collation = "utf8mb4_bin";
    CHECK_THAT(select_keys(step, one, {}).sql,
               ContainsSubstring("c1.`parent_id` = CONVERT(c0.`id` USING utf8mb4) COLLATE utf8mb4_bin"));
    step.chains[0][0].next_collation.clear();
    // Ids of contacts that are gone: one that somebody has again is theirs.
    step.tie.gone_contacts = true;
    step.id_history = plan::IdHistory{"m_leads", "", "", ""};
    CHECK_THAT(
        select_keys(step, one, {}).sql,
        ContainsSubstring("AND NOT EXISTS (SELECT 1 FROM `m_leads` l WHERE l.`id` = c1.`number` AND "));
}

TEST_CASE("a shared row is free when no reference to it is left") {
    Step step = step_with("longtext", "delete");
    step.tie.kind = mautic::Tie::Kind::shared;
    step.tie.column = "id";
    step.searched.clear();
    step.references = {{"m_a", "note_id"}, {"m_b", "note"}};
    const std::vector<database::Value> keys{std::string("3")};
    CHECK(select_unreferenced(step, scope_of_keys(step, keys)).sql ==
          "SELECT `id` FROM `m_notes` t WHERE `id` IN (?)"
          " AND NOT EXISTS (SELECT 1 FROM `m_a` r WHERE r.`note_id` = t.`id`)"
          " AND NOT EXISTS (SELECT 1 FROM `m_b` r WHERE r.`note` = t.`id`)");
}

TEST_CASE("the newest rows are read from the end of the primary key, by the index of their condition") {
    Step step = step_with("longtext", "delete");
    step.tie.kind = mautic::Tie::Kind::text;
    step.tie.column.clear();
    step.tie.conditions = {{"lead_id", {}, true}};
    step.text_columns = {"text"};
    CHECK(select_newest(step, {}, 100).sql ==
          "SELECT `id`, COALESCE(OCTET_LENGTH(`text`),0), "
          "CONCAT_WS(',',COALESCE(OCTET_LENGTH(`text`),''),COALESCE(CRC32(`text`),'')) FROM `m_notes`"
          " WHERE TRUE AND `lead_id` IS NULL"
          " ORDER BY `id` DESC LIMIT 100");
    step.index = "of_lead";
    const auto next = select_newest(step, std::string("77"), 100);
    CHECK(next.sql ==
          "SELECT `id`, COALESCE(OCTET_LENGTH(`text`),0), "
          "CONCAT_WS(',',COALESCE(OCTET_LENGTH(`text`),''),COALESCE(CRC32(`text`),'')) FROM `m_notes`"
          " FORCE INDEX (`of_lead`) WHERE TRUE "
          "AND `lead_id` IS NULL AND "
          "`id` < ?"
          " ORDER BY `id` DESC LIMIT 100");
    CHECK(next.parameters == std::vector<database::Value>{std::uint64_t{77}});
    const Step* const steps[] = {&step};
    CHECK(select_steps_with_rows(steps, one).sql ==
          "(SELECT 0 FROM `m_notes` FORCE INDEX (`of_lead`) WHERE TRUE AND `lead_id` IS NULL LIMIT 1)");
}

TEST_CASE("rows with something to rewrite are changed each to its own value, in one statement") {
    const Step step = step_with("longtext array", "rewrite");
    CHECK(has_rewritten_columns(step));
    CHECK(select_rewritable(step, scope_of_contacts(step, one), 512).sql ==
          "SELECT `lead_id`, `id`, `extra` FROM `m_notes` WHERE `lead_id` IN (?) AND ((`extra` IS NOT NULL"
          " AND COALESCE(CAST(`extra` AS CHAR) NOT IN ('', 'a:0:{}', 'N;', '[]', '{}', 'null'), TRUE)))"
          " LIMIT 512");
    const std::vector<RewrittenRow> rows{{"4", {std::string("a")}}, {"9", {nullptr}}};
    const auto update = update_rewritten(step, {}, rows);
    CHECK(update.sql ==
          "UPDATE `m_notes` SET `extra`=CASE `id` WHEN ? THEN ? WHEN ? THEN ? ELSE `extra` END"
          " WHERE `id` IN (?,?)");
    CHECK(update.parameters.size() == 6);
}

TEST_CASE("statements that name many contacts or many columns are bounded by their parameters") {
    for (const std::size_t contacts : {1u, 200u, 1000u, 40'000u}) {
        CAPTURE(contacts);
        const std::size_t steps = steps_at_a_time(contacts);
        CHECK(steps >= 1);
        CHECK((steps == 1 || steps * std::bit_ceil(contacts) <= placeholders_max));
    }
    for (const std::size_t columns : {1u, 128u, 1000u}) {
        CAPTURE(columns);
        const RewrittenRow row{"7", std::vector<database::Value>(columns, database::Value(nullptr))};
        const std::size_t rows = rows_at_a_time(500, 128, row);
        CHECK(std::has_single_bit(rows));
        CHECK(rows <= 128);
        CHECK(rows * (2 * columns + 1) <= placeholders_max);
        CHECK(rows_at_a_time(1, 128, row) == 1);
    }
}
