// How the plan finds the rows of a contact in the live schema: through parents, through shared rows, by text.
#include <map>

#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using policy::FieldRule;

namespace {

std::string by_parent(const std::string& parent, const std::string& column,
                      const std::string& parent_column) {
    return "kind = \"parent\", column = \"" + column + "\", parent = \"" + parent + "\", parent_column = \"" +
           parent_column + "\"";
}

void add_log(PlanInput& input) {
    input.schema.tables["log"] =
        table("log", {{"id", "int not null"}, {"object_id", "bigint"}, {"details", "longtext"}});
    input.schema.tables["log"].leading_index_columns = {"id", "object_id"};
}

bool says(const std::vector<std::string>& list, std::string_view part) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& text) { return text.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("rows tied through a parent know the parent's table and tie") {
    PlanInput input;
    add_log(input);
    input.map_text += entry(rule("details", "delete"), "log", by_parent("notes", "object_id", "id"));
    const auto plan = input.build();
    const auto* step = step_of(plan, "log");
    REQUIRE(step != nullptr);
    REQUIRE(step->chains.size() == 1);
    REQUIRE(step->chains[0].size() == 1);
    CHECK(step->chains[0][0].real_table == "m_notes");
    CHECK(step->chains[0][0].tie_column == "lead_id");
    CHECK(step->chains[0][0].next_column == "id");
    CHECK(step->primary_key == "id");
    CHECK_FALSE(says(plan.warnings, "has no index"));
    // Such rows are found before they are changed, so the operator may have the column emptied.
    input.policy.columns = {{"log.object_id", FieldRule::remove}};
    CHECK(action_in(input.build(), "log", "object_id") == "delete");
    // Not where it is all that names them.
    input.schema.tables["log"].primary_key = {"id", "object_id"};
    CHECK_THAT(input.problems(), ContainsSubstring("log.object_id"));
    input.policy.columns.clear();
    CHECK(step_of(input.build(), "log")->row_key == "object_id");
    CHECK(input.build().limitations.empty());
}

TEST_CASE("a parent may itself be tied through a parent") {
    PlanInput input;
    add_log(input);
    input.schema.tables["parts"] =
        table("parts", {{"id", "int not null"}, {"log_id", "int"}, {"text", "longtext"}});
    input.map_text += entry(rule("details", "delete"), "log", by_parent("notes", "object_id", "id")) +
                      entry(rule("text", "delete"), "parts", by_parent("log", "log_id", "id"));
    const auto plan = input.build();
    const auto* step = step_of(plan, "parts");
    REQUIRE(step != nullptr);
    REQUIRE(step->chains[0].size() == 2);
    CHECK(step->chains[0][0].real_table == "m_notes");
    CHECK(step->chains[0][1].real_table == "m_log");
    CHECK(step->chains[0][1].tie_column == "object_id");
    CHECK(says(plan.warnings, "m_parts has no index on log_id"));
    input.schema.tables.erase("log");
    CHECK(says(input.build().skipped, "parts: this database has no table log"));
}

TEST_CASE("whoever refers to a shared row is asked before it goes, plugins too") {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("picture_id", "int"));
    input.schema.tables["pictures"] = table("pictures", {{"id", "int not null"}, {"text", "longtext"}});
    input.schema.tables["plugin"] = table("plugin", {{"id", "int not null"}, {"pic", "int"}});
    input.schema.tables["plugin"].foreign_keys = {{"pic", "pictures", "id"}};
    input.schema.other_tables["foreign"] = table("foreign", {{"id", "int not null"}, {"pic", "int"}});
    input.schema.other_tables["foreign"].foreign_keys = {{"pic", "pictures", "id"}};
    const std::string tie =
        "kind = \"shared\", column = \"id\", through = [\"notes.picture_id\", \"gone.picture_id\"]";
    input.map_text += entry("", "gone") + entry(rule("text", "delete"), "pictures", tie);
    const auto plan = input.build();
    const auto* step = step_of(plan, "pictures");
    REQUIRE(step != nullptr);
    CHECK(step->chains.size() == 1);  // this database has no table "gone"
    REQUIRE(step->references.size() == 3);
    CHECK(step->references[0].real_table == "m_notes");
    CHECK(step->references[1].real_table == "m_plugin");
    CHECK(step->references[1].column == "pic");
    // They may hold what the rows are about, and nothing shows of whom: said, and never emptied.
    input.policy.unknown = policy::UnknownRule::remove;
    const auto unknown = input.build().unknown;
    REQUIRE(unknown.size() == 2);
    CHECK(unknown[0].name() == "plugin");
    CHECK(unknown[0].reason == "foreign key pic to pictures, whose rows several contacts may share");
    CHECK_FALSE(unknown[0].emptied);
    CHECK(unknown[1].name() == "foreign");
    // What speaks of nobody keeps a row from being deleted, not from being emptied.
    input.map_text += entry("", "plugin", "kind = \"none\"");
    CHECK(step_of(input.build(), "pictures")->references.size() == 2);
    CHECK(input.build().unknown.size() == 1);
    input.schema.tables["notes"].columns.pop_back();
    CHECK(says(input.build().skipped, "pictures: nothing of a contact refers to it"));
}

TEST_CASE("rows that undecided rows refer to are emptied and not deleted") {
    PlanInput input;
    auto& notes = input.schema.tables["notes"];
    notes.columns.push_back(column("date_added", "datetime"));
    notes.columns.push_back(column("score", "int"));
    input.map_text = small_map_text +
                     "[[table]]\nname = \"notes\"\nwhy = \"x\"\n"
                     "tie = { kind = \"column\", column = \"lead_id\" }\nrows = \"delete\"\n";
    CHECK(step_of(input.build(), "notes")->delete_rows);
    CHECK(input.build().limitations.empty());

    SECTION("by a table of this database") {
        input.schema.tables["tasks"] = table("tasks", {{"id", "int not null"}, {"note_id", "int"}});
        input.schema.tables["tasks"].foreign_keys = {{"note_id", "notes", "id"}};
        const auto plan = input.build();
        CHECK_FALSE(step_of(plan, "notes")->delete_rows);
        CHECK(action_in(plan, "notes", "text") == "delete");
        CHECK(action_in(plan, "notes", "lead_id") == "kept");
        REQUIRE(plan.limitations.size() == 1);
        CHECK(plan.limitations[0].name() == "notes");
        CHECK_THAT(plan.limitations[0].what, ContainsSubstring("tasks.note_id refers to them"));
        CHECK_FALSE(plan.limitations[0].left);
        // Rows that go after them, too.
        input.map_text += "[[table]]\nname = \"tasks\"\nwhy = \"x\"\ntie = { " +
                          by_parent("notes", "note_id", "id") + " }\nrows = \"delete\"\n";
        CHECK_FALSE(step_of(input.build(), "notes")->delete_rows);
    }
    SECTION("by one whose rows go before them") {
        input.schema.tables["tasks"] = table("tasks", {{"id", "int not null"}, {"note_id", "int"}});
        input.schema.tables["tasks"].foreign_keys = {{"note_id", "notes", "id"}};
        const std::string notes_entry = input.map_text.substr(small_map_text.size());
        const auto with_tasks = [&](const std::string& tie) {
            input.map_text = small_map_text + "[[table]]\nname = \"tasks\"\nwhy = \"x\"\ntie = { " + tie +
                             " }\nrows = \"delete\"\n" + notes_entry;
            return step_of(input.build(), "notes")->delete_rows;
        };
        CHECK(with_tasks(by_parent("notes", "note_id", "id")));
        CHECK_FALSE(with_tasks(by_parent("notes", "note_id", "id") + ", where = { id = \"1\" }"));
        input.schema.tables["tasks"].columns.push_back(column("lead_id", "bigint"));
        CHECK_FALSE(with_tasks("kind = \"column\", column = \"lead_id\""));
        input.schema.outside_keys = {{"shop", "orders", "note_id", "m_notes", "id"}};
        CHECK_FALSE(with_tasks(by_parent("notes", "note_id", "id")));
    }
    SECTION("by a table of another database") {
        input.schema.outside_keys = {{"shop", "orders", "note_id", "m_notes", "id"},
                                     {"shop", "orders", "lead_id", "m_leads", "id"}};
        const auto plan = input.build();
        CHECK_FALSE(step_of(plan, "notes")->delete_rows);
        CHECK_THAT(plan.limitations.at(0).what, ContainsSubstring("shop.orders.note_id refers to them"));
        REQUIRE(step_of(plan, "notes")->references.size() == 1);
        CHECK(step_of(plan, "notes")->references[0].database == "shop");
    }
    SECTION("and what cannot be emptied is counted") {
        input.schema.outside_keys = {{"shop", "orders", "note_id", "m_notes", "id"}};
        notes.columns[2].checked = true;
        const auto plan = input.build();
        REQUIRE(step_of(plan, "notes") != nullptr);
        CHECK(step_of(plan, "notes")->left_columns == std::vector<std::string>{"text"});
        CHECK(plan.limitations.at(0).left);
        CHECK(plan.limitations.at(0).name() == "notes.text");
    }
    SECTION("and left where nothing in them can be emptied") {
        input.schema.outside_keys = {{"shop", "orders", "note_id", "m_notes", "id"}};
        notes.columns = {column("id", "int not null"), column("lead_id", "bigint not null")};
        const auto plan = input.build();
        CHECK(step_of(plan, "notes") == nullptr);
        REQUIRE(plan.left.size() == 1);
        CHECK(plan.left[0].delete_rows == false);
        CHECK(plan.limitations.at(0).left);
    }
}

TEST_CASE("other databases and tables without a key are asked whether they need a shared row") {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("picture_id", "int"));
    input.schema.tables["pictures"] = table("pictures", {{"id", "int not null"}, {"name", "varchar(50)"}});
    input.schema.tables["plugin"] = table("plugin", {{"id", "int not null"}, {"picture_id", "int"}});
    input.schema.tables["texts"] = table("texts", {{"id", "int not null"}, {"picture_id", "longtext"}});
    input.schema.outside_keys = {{"shop", "orders", "pic", "m_pictures", "id"},
                                 {"shop", "names", "name", "m_pictures", "name"}};
    input.map_text +=
        "[[table]]\nname = \"pictures\"\nwhy = \"x\"\nrows = \"delete\"\n"
        "tie = { kind = \"shared\", column = \"id\", through = [\"notes.picture_id\"] }\n";
    const auto plan = input.build();
    const std::vector<plan::Reference> expected{{"m_notes", "picture_id"},
                                                {"orders", "pic", "", "shop"},
                                                {"names", "name", "name", "shop"},
                                                {"m_plugin", "picture_id"}};
    REQUIRE(step_of(plan, "pictures") != nullptr);
    CHECK(step_of(plan, "pictures")->references == expected);
    CHECK(step_of(plan, "pictures")->delete_rows);
    CHECK(says(plan.warnings, "m_plugin has no index on picture_id"));
}

TEST_CASE("rows that only their text ties are searched as far back as the policy says") {
    PlanInput input;
    input.schema.tables["logs"] =
        table("logs", {{"id", "int not null"}, {"lead_id", "bigint"}, {"a", "longtext"}});
    input.schema.tables["logs"].index_on = {{"id", "PRIMARY"}, {"lead_id", "of_lead"}};
    input.map_text += entry(rule("a", "delete"), "logs",
                            "kind = \"text\", text_columns = [\"a\", \"b\"], where = { lead_id = \"NULL\" }");
    const auto plan = input.build();
    const auto* step = step_of(plan, "logs");
    REQUIRE(step != nullptr);
    CHECK(step->text_columns == std::vector<std::string>{"a"});
    CHECK(step->newest_rows == 1000);
    CHECK(step->index == "of_lead");
    input.policy.newest_text_rows = 0;
    CHECK(step_of(input.build(), "logs") == nullptr);
    CHECK(says(input.build().skipped, "logs: [text_search] newest_rows = 0"));
}

TEST_CASE("tables left over from deleted forms are searched by text, the others are not") {
    PlanInput input;
    for (const char* name : {"form_results_1_a", "form_results_2_b", "form_results_x"}) {
        input.schema.tables[name] = table(name, {{"id", "int not null"}, {"answer", "longtext"}});
    }
    input.schema.tables["forms"] = table("forms", {{"id", "int not null"}});
    input.schema.forms = {{2, "b"}, {11, "k"}};
    input.map_text += entry(rule("answer", "delete"), "form_results_*",
                            "kind = \"text\", text_columns = [\"*\"], orphans_of = \"forms\"");
    const auto plan = input.build();
    CHECK(step_of(plan, "form_results_1_a") != nullptr);
    CHECK(step_of(plan, "form_results_x") != nullptr);
    CHECK(step_of(plan, "form_results_2_b") == nullptr);
    // Without that table, or where it must not be read, nobody knows which forms there are.
    input.schema.tables.erase("forms");
    CHECK(step_of(input.build(), "form_results_1_a") == nullptr);
}

TEST_CASE("a form's results hang on submissions of this form, and nothing on those of a former form") {
    PlanInput input;
    input.schema.tables["sent"] =
        table("sent", {{"id", "int not null"}, {"lead_id", "bigint"}, {"form_id", "int not null"}});
    input.schema.tables["forms"] = table("forms", {{"id", "int not null"}});
    input.schema.forms = {{1, "new"}, {2, "renamed"}};
    for (const char* name : {"results_1_new", "results_1_old", "results_2_b", "results_3_gone"}) {
        input.schema.tables[name] =
            table(name, {{"id", "int not null"}, {"form_id", "int not null"}, {"answer", "longtext"}});
    }
    input.schema.upload_fields = {{1, 5, "answer"}};
    const std::string keep = rule("id", "keep") + rule("form_id", "keep");
    input.map_text +=
        entry(keep, "sent") + entry(keep + rule("answer", "delete"), "results_*",
                                    by_parent("sent", "id", "id") + ", form_column = \"form_id\"");
    const auto plan = input.build();
    const auto is_of = [](const mautic::Condition& condition, const char* form) {
        return condition.column == "form_id" && condition.values == std::vector<std::string>{form};
    };
    for (const auto& [name, form] : {std::pair{"results_1_new", "1"}, std::pair{"results_2_b", "2"}}) {
        const auto* step = step_of(plan, name);
        REQUIRE(step != nullptr);
        REQUIRE(step->tie.conditions.size() == 1);
        CHECK(is_of(step->tie.conditions[0], form));
        CHECK(is_of(step->chains.at(0).at(0).conditions.at(0), form));
    }
    for (const char* name : {"results_1_old", "results_3_gone"}) CHECK(step_of(plan, name) == nullptr);
    // What may be the contact's all the same is counted while anything is in it.
    std::map<std::string, bool> left;
    for (const plan::Step& step : plan.left) {
        left[step.table] = step.tie.exceptions.empty();
        CHECK(step.counted_column() == "answer");
        CHECK(step.tie.conditions.empty());
        CHECK(step.chains.at(0).at(0).conditions.size() == 1);
    }
    CHECK(left == std::map<std::string, bool>{{"results_1_new", false},
                                              {"results_1_old", true},
                                              {"results_2_b", false},
                                              {"results_3_gone", true}});
}

TEST_CASE("a form's results know which columns name uploaded files") {
    PlanInput input;
    for (const char* name : {"form_results_1_a", "form_results_11_b"}) {
        input.schema.tables[name] =
            table(name, {{"id", "int not null"}, {"lead_id", "bigint"}, {"cv", "longtext"}});
    }
    input.schema.upload_fields = {{1, 5, "cv"}, {1, 6, "gone"}};
    input.map_text += entry(rule("cv", "delete"), "form_results_*");
    const auto plan = input.build();
    REQUIRE(step_of(plan, "form_results_1_a")->uploads.size() == 1);
    CHECK(step_of(plan, "form_results_1_a")->uploads[0].field == 5);
    CHECK(step_of(plan, "form_results_11_b")->uploads.empty());
}

TEST_CASE("a table without the prefix is found by its bare name") {
    PlanInput input;
    input.schema.other_tables["messenger_messages"] =
        table("messenger_messages", {{"id", "int not null"}, {"lead_id", "bigint"}, {"body", "longtext"}});
    const std::string with_prefix = entry(rule("body", "delete"), "messenger_messages");
    input.map_text += with_prefix;
    CHECK(step_of(input.build(), "messenger_messages") == nullptr);
    input.map_text.replace(input.map_text.rfind("why = \"x\"\ntie"), 9, "without_prefix = true\nwhy = \"x\"");
    CHECK(step_of(input.build(), "messenger_messages") != nullptr);
}

TEST_CASE("what hangs on a switch that is off is left alone, and the plan says so") {
    PlanInput input;
    input.map_text = small_map_text +
                     entry("text = { action = \"delete\", why = \"x\", switch = \"tracking_hash\" }\n") +
                     "[[table]]\nname = \"links\"\nwhy = \"x\"\nrows = \"delete\"\nswitch = \"ip_links\"\n"
                     "tie = { kind = \"column\", column = \"lead_id\" }\n";
    input.schema.tables["links"] = table("links", {{"id", "int not null"}, {"lead_id", "bigint"}});
    CHECK(action_in(input.build(), "notes", "text") == "delete");
    CHECK(step_of(input.build(), "links") != nullptr);
    input.policy.switched_off = {"tracking_hash", "ip_links"};
    const auto plan = input.build();
    CHECK(action_in(plan, "notes", "text") == "kept");
    CHECK(step_of(plan, "links") == nullptr);
    CHECK(plan.switched_off == std::vector<std::string>{"notes.text", "links"});
    CHECK(plan.policy_digest != PlanInput().build().policy_digest);
}

TEST_CASE("a contact's own company is dealt with only when the policy says so") {
    PlanInput input;
    input.schema.tables["links"] =
        table("links", {{"id", "int not null"}, {"lead_id", "bigint"}, {"company_id", "int"}});
    input.schema.tables["companies"] =
        table("companies", {{"id", "int not null"}, {"companyname", "varchar(191)"}});
    input.map_text += entry("", "links") +
                      "[[table]]\nname = \"companies\"\nwhy = \"x\"\nswitch = \"own_company\"\n"
                      "tie = { kind = \"shared\", column = \"id\", through = [\"links.company_id\"] }\n"
                      "[table.columns]\n" +
                      rule("companyname", "delete");
    CHECK(step_of(input.build(), "companies") == nullptr);
    input.policy.own_company = policy::OwnCompany::only_contact;
    CHECK_FALSE(step_of(input.build(), "companies")->only_if_named);
    input.policy.own_company = policy::OwnCompany::same_name;
    CHECK(step_of(input.build(), "companies")->only_if_named);
    input.schema.tables["segments"] = table("segments", {{"id", "int not null"}, {"company_id", "int"}});
    input.schema.tables["segments"].foreign_keys = {{"company_id", "companies", "id"}};
    CHECK(input.build().tied_unknown().empty());  // what hangs on a company is the company's
}

TEST_CASE("unknown = delete empties what the map does not know, by type, and still reports it") {
    PlanInput input;
    input.schema.tables["plugin"] = table("plugin", {{"id", "int not null"},
                                                     {"lead_id", "bigint"},
                                                     {"a", "longtext not null"},
                                                     {"b", "longtext json"},
                                                     {"score", "int"},
                                                     {"kind", "int not null"},
                                                     {"token", "varchar(64) not null"},
                                                     {"of", "int"}});
    input.schema.tables["plugin"].foreign_keys = {{"lead_id", "leads", "id"}, {"of", "users", "id"}};
    input.schema.tables["plugin"].columns[6].unique = true;
    input.schema.tables["notes"].columns.push_back(column("subject", "varchar(191)"));
    const auto is_emptied = [](const discovery::Unknown& unknown) { return unknown.emptied; };
    const auto warned = input.build();
    CHECK(warned.unknown.size() == 2);
    CHECK(std::none_of(warned.unknown.begin(), warned.unknown.end(), is_emptied));
    CHECK(step_of(input.build(), "plugin") == nullptr);
    input.policy.unknown = policy::UnknownRule::remove;
    const auto plan = input.build();
    CHECK(plan.unknown.size() == 2);
    CHECK(std::all_of(plan.unknown.begin(), plan.unknown.end(), is_emptied));
    CHECK(action_in(plan, "notes", "subject") == "delete");
    REQUIRE(step_of(plan, "plugin") != nullptr);
    CHECK(change_of(plan, "plugin", "a")->neutral == "''");
    CHECK(change_of(plan, "plugin", "b")->neutral == "NULL");
    CHECK(change_of(plan, "plugin", "score")->neutral == "NULL");
    CHECK(action_in(plan, "plugin", "token") == "new_random");
    for (const char* kept : {"id", "lead_id", "kind", "of"}) {
        CAPTURE(kept);
        CHECK(action_in(plan, "plugin", kept) == "kept");
    }
}

TEST_CASE("[policy.columns] makes a column known") {
    PlanInput input;
    input.schema.tables["notes"].columns.push_back(column("subject", "varchar(191)"));
    input.policy.columns = {{"notes.subject", FieldRule::keep}};
    CHECK(input.build().unknown.empty());
}
