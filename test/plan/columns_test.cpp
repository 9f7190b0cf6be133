// What the plan does with single columns of the live schema, and what it reports as not covered.
#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using policy::FieldRule;

namespace {

bool has_text(const std::vector<std::string>& list, std::string_view part) {
    return std::any_of(list.begin(), list.end(),
                       [&](const std::string& item) { return item.find(part) != std::string::npos; });
}

const discovery::Unknown* unknown_of(const plan::Plan& plan, std::string_view table_name,
                                     std::string_view column_name) {
    const auto found =
        std::find_if(plan.unknown.begin(), plan.unknown.end(), [&](const discovery::Unknown& entry) {
            return entry.table == table_name && entry.column == column_name;
        });
    return found == plan.unknown.end() ? nullptr : &*found;
}

PlanInput with_column(const std::string& definition, const std::string& action) {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("extra", definition));
    input.map_text = small_map_text + entry(rule("text", "delete") + rule("extra", action));
    return input;
}

}  // namespace

TEST_CASE("deleting writes NULL, or the neutral value of the type") {
    struct Case {
        const char* type;
        const char* neutral;
    };
    const Case cases[] = {
        {"varchar(191)", "NULL"},
        {"longtext", "NULL"},
        {"int", "NULL"},
        {"datetime", "NULL"},
        {"longtext json", "NULL"},
        {"enum('a')", "NULL"},
        {"varchar(191) not null", "''"},
        {"longtext not null", "''"},
        {"longblob not null", "''"},
        {"varbinary(16) not null", "''"},
        {"set('a') not null", "''"},
        {"int not null", "0"},
        {"bigint(20) not null", "0"},
        {"double not null", "0"},
        {"decimal(10,2) not null", "0"},
        {"tinyint(1) not null", "0"},
        {"longtext not null json", "'[]'"},
        {"json not null", "CAST('[]' AS JSON)"},
        {"longtext not null array", "'a:0:{}'"},
        {"date not null", "'1970-01-01'"},
        {"datetime not null", "'1970-01-01 00:00:01'"},
        {"timestamp not null", "'1970-01-01 00:00:01'"},
        {"time not null", "'00:00:00'"},
        {"year not null", "1970"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.type);
        const auto plan = with_column(c.type, "delete").build();
        const auto* change = change_of(plan, "notes", "extra");
        REQUIRE(change != nullptr);
        CHECK(change->neutral == c.neutral);
    }
}

TEST_CASE("an emptied array keeps the format of its column") {
    struct Case {
        const char* type;
        const char* neutral;
    };
    for (const Case& c : {Case{"longtext array", "'a:0:{}'"}, Case{"longtext", "'a:0:{}'"},
                          Case{"longtext json", "'[]'"}, Case{"json not null", "CAST('[]' AS JSON)"}}) {
        CAPTURE(c.type);
        CHECK(change_of(with_column(c.type, "empty_array").build(), "notes", "extra")->neutral == c.neutral);
        // What a rewritten value gets when the proof still finds the person in it.
        const auto rewritten = with_column(c.type, "rewrite").build();
        CHECK(change_of(rewritten, "notes", "extra")->action == mautic::Action::rewrite);
        CHECK(change_of(rewritten, "notes", "extra")->neutral == c.neutral);
    }
}

TEST_CASE("an action of the map that does not fit this database is reported, not ignored") {
    struct Case {
        const char* name;
        const char* type;
        const char* action;
    };
    const Case cases[] = {
        {"hash of a number", "int", "hash"},
        {"enum that cannot be NULL", "enum('a') not null", "delete"},
        {"array in a number", "int", "empty_array"},
        {"URL in a number", "int", "strip_query"},
        {"random id in a short column", "varchar(39)", "new_random"},
        {"IP in a text", "varchar(45)", "anonymous_ip"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.name);
        const auto plan = with_column(c.type, c.action).build();
        CHECK(action_in(plan, "notes", "extra") == "no step");
        REQUIRE(unknown_of(plan, "notes", "extra") != nullptr);
        CHECK_THAT(unknown_of(plan, "notes", "extra")->reason, ContainsSubstring("does not fit"));
    }
}

TEST_CASE("what may be neither empty nor twice gets a value of its own in each row") {
    const auto action_of_unique = [](const char* type, const char* action = "delete") {
        PlanInput input = with_column(type, action);
        for (auto& column : input.schema.tables["notes"].columns) column.unique |= column.name == "extra";
        return action_in(input.build(), "notes", "extra");
    };
    CHECK(action_of_unique("varchar(64) not null") == "new_random");
    CHECK(action_of_unique("varchar(64)") == "delete");
    CHECK(action_of_unique("varchar(39) not null") == "delete");
    CHECK(action_of_unique("int not null") == "delete");
    for (const char* action : {"strip_query", "empty_array", "rewrite"}) {
        CAPTURE(action);
        CHECK(action_of_unique("varchar(64) not null", action) == "new_random");
        CHECK(action_of_unique("varchar(64)", action) == "delete");
        CHECK(action_of_unique("varchar(39) not null", action) == action);
    }
    CHECK(action_in(with_column("varchar(64) not null", "delete").build(), "notes", "extra") == "delete");
}

TEST_CASE("a NOT NULL foreign key has no neutral value") {
    PlanInput input = with_column("int not null", "delete");
    input.schema.tables["notes"].foreign_keys.push_back({"extra", "users", "id"});
    const auto plan = input.build();
    CHECK(action_in(plan, "notes", "extra") == "no step");
    CHECK(unknown_of(plan, "notes", "extra") != nullptr);
}

TEST_CASE("a generated column is never written, whoever asks for it") {
    PlanInput input = with_column("varchar(191) generated", "delete");
    CHECK(action_in(input.build(), "notes", "extra") == "kept");
    CHECK(action_in(input.build(), "leads", "domain") == "kept");
    input.policy.columns = {{"leads.domain", FieldRule::remove}};
    CHECK(action_in(input.build(), "leads", "domain") != "delete");
}

TEST_CASE("the IP of an upgraded database cannot be NULL") {
    CHECK(change_of(with_column("int", "anonymous_ip").build(), "notes", "extra")->neutral == "NULL");
    CHECK(change_of(with_column("int not null", "anonymous_ip").build(), "notes", "extra")->neutral.empty());
}

TEST_CASE("a column the map has and this version has not is no problem") {
    PlanInput input;
    input.map_text = small_map_text + entry(rule("text", "delete") + rule("later", "delete"));
    CHECK(input.problems() == "accepted");
}

TEST_CASE("tables and ties this version lacks are skipped by name") {
    PlanInput input;
    input.map_text += entry("", "devices") + entry("", "users", "kind = \"column\", column = \"contact\"") +
                      entry("", "form_results_*");
    input.schema.tables["users"] = table("users", {{"id", "int not null"}});
    const auto plan = input.build();
    CHECK(has_text(plan.skipped, "devices: this database has no such table"));
    CHECK(has_text(plan.skipped, "users: this database has no column users.contact"));
    CHECK(has_text(plan.skipped, "form_results_*: this database has no such table"));
}

TEST_CASE("a pattern stands for every table of that name") {
    PlanInput input;
    input.map_text += entry(rule("answer", "delete"), "form_results_*");
    for (const char* name : {"form_results_1_a", "form_results_2_b", "form_result"}) {
        input.schema.tables[name] =
            table(name, {{"id", "int not null"}, {"lead_id", "bigint"}, {"answer", "longtext"}});
    }
    const auto plan = input.build();
    CHECK(action_in(plan, "form_results_1_a", "answer") == "delete");
    CHECK(action_in(plan, "form_results_2_b", "answer") == "delete");
    CHECK(step_of(plan, "form_result") == nullptr);
    CHECK(unknown_of(plan, "form_result", "") != nullptr);
}

TEST_CASE("a tie without an index is warned about") {
    PlanInput input;
    CHECK_FALSE(has_text(input.build().warnings, "has no index"));
    input.schema.tables["notes"].leading_index_columns = {"id"};
    CHECK(has_text(input.build().warnings, "m_notes has no index on lead_id"));
    input.map_text = small_map_text +
                     entry("", "notes", "kind = \"column\", column = \"lead_id\", where = { text = \"x\" }");
    input.schema.tables["notes"].leading_index_columns = {"text"};
    CHECK_FALSE(has_text(input.build().warnings, "has no index"));
}

TEST_CASE("what hangs on contacts and is not in the map is reported") {
    PlanInput input;
    auto& tables = input.schema.tables;
    tables["by_key"] = table("by_key", {{"id", "int not null"}, {"who", "bigint"}});
    tables["by_key"].foreign_keys = {{"who", "leads", "id"}};
    tables["by_name"] = table("by_name", {{"id", "int not null"}, {"contact_id", "bigint"}});
    tables["by_child"] = table("by_child", {{"id", "int not null"}, {"note_id", "int"}});
    tables["by_child"].foreign_keys = {{"note_id", "notes", "id"}};
    tables["of_texts"] = table("of_texts", {{"id", "int not null"}, {"lead_id", "varchar(20)"}});
    tables["alone"] = table("alone", {{"id", "int not null"}, {"text", "longtext"}});
    tables["notes"].columns.push_back(column("subject", "varchar(191)"));
    tables["notes"].columns.push_back(column("picture", "longblob"));
    tables["notes"].columns.push_back(column("length", "int"));
    tables["notes"].columns.push_back(column("shout", "varchar(191) generated"));
    tables["leads"].columns.push_back(column("plugin_data", "longtext"));
    const auto plan = input.build();
    const std::pair<const char*, const char*> reported[] = {{"by_key", ""},       {"by_name", ""},
                                                            {"by_child", ""},     {"of_texts", ""},
                                                            {"notes", "subject"}, {"notes", "picture"}};
    for (const auto& [table_name, column_name] : reported) {
        CAPTURE(table_name, column_name);
        CHECK(unknown_of(plan, table_name, column_name) != nullptr);
    }
    CHECK(plan.tied_unknown().size() == std::size(reported));
    CHECK_FALSE(unknown_of(plan, "alone", "")->leads_to_contacts);
    // What is not known is left as it is, and the proof looks at it.
    CHECK(action_in(plan, "notes", "subject") == "kept");
    const auto& searched = step_of(plan, "notes")->searched;
    CHECK(std::any_of(searched.begin(), searched.end(),
                      [](const auto& candidate) { return candidate.column == "subject"; }));
    // What stands in the contact's own row is the person's, whoever put it there.
    CHECK(action_in(plan, "leads", "plugin_data") == "delete");
}
