// Databases that are not as Mautic made them: other types, copies, columns and tables of other kinds.
#include "plan/build_plan.h"
#include "plan/coverage.h"
#include "plan/fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;
using plan::Misfit;
using policy::FieldRule;

namespace {

std::vector<std::string> unknown_names(const plan::Plan& plan) {
    std::vector<std::string> names;
    for (const auto& unknown : plan.unknown) names.push_back(unknown.name() + ": " + unknown.reason);
    return names;
}

bool has(const std::vector<std::string>& list, std::string_view part) {
    return std::any_of(list.begin(), list.end(),
                       [&](const auto& text) { return text.find(part) != std::string::npos; });
}

const std::string by_note = "kind = \"parent\", column = \"ref\", parent = \"notes\", parent_column = \"id\"";

plan::Plan serving(const PlanInput& input) {
    return plan::build_plan(mautic::parse_data_map(input.map_text, "map"), input.policy,
                            policy::Hasher(input.hash), input.schema, Misfit::limited);
}

}  // namespace

TEST_CASE("a text that holds ids of contacts is no tie: both types are named") {
    PlanInput input;
    input.schema.tables["plug"] = table("plug", {{"id", "int not null"}, {"contact", "varchar(32)"}});
    input.map_text += entry("", "plug", "kind = \"column\", column = \"contact\"");
    CHECK_THAT(input.problems(), ContainsSubstring("plug.contact is varchar(32) and leads.id is bigint"));
    // However the schema came to be so.
    CHECK_THROWS_AS(serving(input), ConfigurationError);
}

TEST_CASE("a text that refers to a number is no tie, in whichever link of a chain") {
    PlanInput input;
    input.schema.tables["plug"] =
        table("plug", {{"id", "int not null"}, {"ref", "varchar(32)"}, {"t", "longtext"}});
    input.schema.tables["parts"] =
        table("parts", {{"id", "int not null"}, {"ref", "int"}, {"t", "longtext"}});
    const std::string by_plug =
        "kind = \"parent\", column = \"ref\", parent = \"plug\", parent_column = \"id\"";
    input.map_text += entry(rule("t", "delete"), "plug", by_note);
    CHECK_THAT(input.problems(), ContainsSubstring("plug.ref is varchar(32) and notes.id is int"));
    input.map_text += entry(rule("t", "delete"), "parts", by_plug);
    CHECK_THAT(input.problems(), ContainsSubstring("'parts'"));
    for (const char* type : {"double", "decimal(20,0)", "binary(16)", "json"}) {
        CAPTURE(type);
        input.schema.tables["plug"].columns[1] = column("ref", type);
        CHECK_THAT(input.problems(), ContainsSubstring("cannot be compared for certain"));
    }
    input.schema.tables["plug"].columns[1] = column("ref", "bigint");
    CHECK(input.problems() == "accepted");
}

TEST_CASE("what a later clause or statement reads is changed by no rule") {
    PlanInput input;
    input.map_text = small_map_text + entry(rule("lead_id", "delete") + rule("text", "delete"));
    CHECK_THAT(input.problems(), ContainsSubstring("notes.lead_id: the action delete is not possible"));
    // A condition of another entry of the table, and the primary key.
    input.map_text = small_map_text + entry(rule("text", "delete")) +
                     "[[table]]\nname = \"notes\"\npart = \"x\"\nwhy = \"x\"\n"
                     "tie = { kind = \"column\", column = \"lead_id\", where = { text = \"a\" } }\n";
    CHECK_THAT(input.problems(), ContainsSubstring("notes.text"));
    input.map_text = small_map_text + entry(rule("id", "delete"));
    CHECK_THAT(input.problems(), ContainsSubstring("notes.id"));
    // The rule for all other columns spares it.
    input.map_text = small_map_text + entry("\"*\" = { action = \"delete\", why = \"x\" }\n");
    CHECK(action_in(input.build(), "notes", "lead_id") == "kept");
    CHECK(action_in(input.build(), "notes", "text") == "delete");
}

TEST_CASE("a rule for all columns at once takes no key, whatever kind of tie the table has") {
    const std::string all = "\"*\" = { action = \"delete\", why = \"x\" }\n";
    PlanInput input;
    input.schema.tables["plug"] = table("plug", {{"id", "int not null"},
                                                 {"lead_id", "bigint"},
                                                 {"code", "varchar(64) not null"},
                                                 {"campaign", "int"},
                                                 {"kind", "int not null"},
                                                 {"email", "varchar(191)"}});
    input.schema.tables["plug"].foreign_keys = {{"campaign", "campaigns", "id"}, {"kind", "kinds", "id"}};
    input.schema.tables["parts"] =
        table("parts", {{"id", "int not null"}, {"of", "varchar(64)"}, {"t", "longtext"}});
    input.map_text = small_map_text + entry(all, "plug") +
                     entry(all, "parts",
                           "kind = \"parent\", column = \"of\", parent = \"plug\", parent_column = \"code\"");
    const auto plan = input.build();
    for (const char* key : {"id", "lead_id", "code", "campaign", "kind"}) {
        CAPTURE(key);
        CHECK(action_in(plan, "plug", key) == "kept");
    }
    CHECK(action_in(plan, "plug", "email") == "delete");
    CHECK(action_in(plan, "parts", "of") == "kept");
    CHECK(action_in(plan, "parts", "t") == "delete");
    CHECK(std::none_of(plan.unknown.begin(), plan.unknown.end(),
                       [](const auto& unknown) { return unknown.table == "plug"; }));
    // Who names such a column means it.
    input.policy.columns = {{"plug.campaign", FieldRule::remove}};
    CHECK(action_in(input.build(), "plug", "campaign") == "delete");
}

TEST_CASE("every foreign key to contacts is followed and named") {
    PlanInput input;
    input.policy.unknown = policy::UnknownRule::remove;
    input.schema.tables["bonds"] = table("bonds", {{"id", "int not null"},
                                                   {"contact_id", "bigint"},
                                                   {"lead_id", "bigint"},
                                                   {"note", "int"},
                                                   {"t", "text"}});
    input.schema.tables["bonds"].foreign_keys = {
        {"contact_id", "leads", "id"}, {"lead_id", "leads", "id"}, {"note", "notes", "id"}};
    const auto plan = input.build();
    for (const char* key : {"bonds", "bonds#lead_id", "bonds#note"}) {
        CAPTURE(key);
        CHECK(action_in(plan, key, "t") == "delete");
        CHECK(action_in(plan, key, "contact_id") == "kept");
        CHECK(action_in(plan, key, "lead_id") == "kept");
        // A row that names two is nobody's alone.
        REQUIRE(step_of(plan, key) != nullptr);
        CHECK(step_of(plan, key)->tie.conditions.size() == 2);
    }
    CHECK(plan.left.size() == 6);
    const auto names = unknown_names(plan);
    CHECK(has(names, "foreign key contact_id to leads"));
    CHECK(has(names, "foreign key lead_id to leads"));
    CHECK(has(names, "foreign key note to notes"));
}

TEST_CASE("a foreign key that leads elsewhere ties no row to our contacts") {
    PlanInput input;
    input.policy.unknown = policy::UnknownRule::remove;
    auto& tables = input.schema.tables;
    // To a table of the same name in another database, to another table, and to another column than the id.
    for (const char* name : {"elsewhere", "of_old", "of_mail"}) {
        tables[name] = table(name, {{"id", "int not null"}, {"lead_id", "bigint"}, {"t", "text"}});
    }
    tables["elsewhere"].foreign_keys = {{"lead_id", "", "id"}};
    tables["of_old"].foreign_keys = {{"lead_id", "bak_leads", "id"}};
    tables["of_mail"].foreign_keys = {{"lead_id", "leads", "email"}};
    const auto plan = input.build();
    for (const char* name : {"elsewhere", "of_old", "of_mail"}) {
        CAPTURE(name);
        CHECK(step_of(plan, name) == nullptr);
    }
}

TEST_CASE("what a foreign key refers to in the contact's own row is left and told, and stops nothing else") {
    PlanInput input;
    input.schema.tables["leads"].columns.push_back(column("customer_no", "varchar(191)"));
    input.schema.tables["leads"].columns.push_back(column("country_code", "varchar(191)"));
    input.schema.tables["leads"].foreign_keys = {{"country_code", "countries", "code"}};
    input.schema.outside_keys = {{"shop", "orders", "customer_no", "m_leads", "customer_no"}};
    for (const FieldRule others : {FieldRule::remove, FieldRule::hash}) {
        input.policy.other_fields = others;
        const auto plan = input.build();
        CHECK(action_in(plan, "leads", "customer_no") == "no step");
        CHECK(std::any_of(plan.limitations.begin(), plan.limitations.end(), [](const auto& one) {
            return one.table == "leads" && one.column == "customer_no" && one.left;
        }));
        CHECK(action_in(plan, "leads", "country_code") == "delete");
        CHECK(action_in(plan, "leads", "email") != "no step");
    }
    input.policy.fields["customer_no"] = FieldRule::remove;
    CHECK_THAT(input.problems(), ContainsSubstring("a foreign key of other rows refers to it"));
    CHECK(action_in(serving(input), "leads", "customer_no") == "no step");
}

TEST_CASE("contacts whose number is not their table's key are refused, unless it is unique") {
    PlanInput input;
    auto& leads = input.schema.tables["leads"];
    leads.columns.push_back(column("no", "bigint not null"));
    for (const std::vector<std::string>& key : {std::vector<std::string>{"no"}, {"id", "no"}, {}}) {
        leads.primary_key = key;
        leads.columns.front().unique = false;
        CHECK_THAT(input.problems(), ContainsSubstring("its primary key is not the column id alone"));
        CHECK_THROWS_AS(serving(input), ConfigurationError);
        leads.columns.front().unique = true;
        CHECK(input.build().contact_step()->primary_key == "id");
    }
}

TEST_CASE("of the fields that nobody named no more are hashed than a record has room for") {
    PlanInput input;
    input.policy.other_fields = FieldRule::hash;
    input.policy.fields["email"] = FieldRule::hash;
    input.policy.fields["field_199"] = FieldRule::hash;
    for (int i = 0; i < 200; ++i) {
        const std::string name = "field_" + std::to_string(i);
        input.schema.tables["leads"].columns.push_back(column(name, "varchar(191)"));
        input.schema.contact_fields.push_back({name, "text", false});
    }
    for (const auto& plan : {input.build(), serving(input)}) {
        const auto& columns = plan.contact_step()->columns;
        const auto hashed = std::count_if(columns.begin(), columns.end(),
                                          [](const auto& one) { return one.action == mautic::Action::hash; });
        CHECK(static_cast<std::size_t>(hashed) == policy::own_hashes_max);
        CHECK(action_in(plan, "leads", "email") == "hash");
        CHECK(action_in(plan, "leads", "field_0") == "hash");
        CHECK(action_in(plan, "leads", "field_198") == "delete");
        CHECK(action_in(plan, "leads", "field_199") == "hash");
    }
}

TEST_CASE("copies of known tables are named and left alone, with and without the prefix") {
    PlanInput input;
    input.policy.unknown = policy::UnknownRule::remove;
    input.map_text +=
        entry(rule("email", "delete"), "form_results_*",
              "kind = \"parent\", column = \"submission_id\", parent = \"notes\", parent_column = "
              "\"id\"");
    const auto& leads = input.schema.tables["leads"];
    auto add = [&](bool prefixed, const std::string& name, mautic::Table copy) {
        copy.name = name;
        copy.real_name = (prefixed ? "m_" : "") + name;
        copy.foreign_keys.clear();
        (prefixed ? input.schema.tables : input.schema.other_tables)[name] = std::move(copy);
    };
    add(true, "bak_leads", leads);
    add(true, "leads_backup_2024", leads);
    add(true, "before_the_upgrade", leads);  // told by its columns
    add(false, "Leads_Old", table("x", {{"id", "int not null"}, {"email", "varchar(191)"}}));
    add(false, "bak_notes", input.schema.tables["notes"]);
    add(false, "bak_form_results_1_kontakt",
        table("x", {{"submission_id", "int not null"}, {"form_id", "int"}, {"email", "longtext"}}));
    add(true, "misleads", table("x", {{"id", "int not null"}, {"text", "longtext"}}));
    const auto plan = input.build();
    const auto names = unknown_names(plan);
    for (const char* name : {"bak_leads", "leads_backup_2024", "before_the_upgrade", "Leads_Old", "bak_notes",
                             "bak_form_results_1_kontakt"}) {
        CAPTURE(name);
        CHECK(has(names, std::string(name) + ": a copy of"));
        CHECK(step_of(plan, name) == nullptr);
    }
    CHECK(has(names, "misleads: nothing in it points to contacts"));
    const auto coverage =
        plan::coverage_of(mautic::parse_data_map(input.map_text, "map"), input.policy, plan, input.schema);
    CHECK(coverage.has_unknown());
}

TEST_CASE("all that stands in the contact's own row follows the policy") {
    PlanInput input;
    auto& columns = input.schema.tables["leads"].columns;
    columns.push_back(column("maiden_name", "varchar(191)"));
    columns.push_back(column("birth", "date"));
    columns.push_back(column("tax_no", "bigint"));
    columns.push_back(column("tier", "enum('a') not null"));
    auto plan = input.build();
    for (const char* name : {"maiden_name", "birth", "tax_no"}) {
        CAPTURE(name);
        CHECK(action_in(plan, "leads", name) == "delete");
    }
    CHECK(has(plan.identifying, "maiden_name"));
    CHECK(plan.unknown.empty());
    // What cannot be emptied stops nobody's erasure, and is no complete one.
    CHECK(plan.contact_step()->left_columns == std::vector<std::string>{"tier"});
    input.policy.fields = {{"Maiden_Name", FieldRule::keep}};
    CHECK(action_in(input.build(), "leads", "maiden_name") == "kept");
    input.policy.other_fields = FieldRule::hash;
    plan = input.build();
    CHECK(action_in(plan, "leads", "birth") == "delete");
}

TEST_CASE("names of columns have no case") {
    PlanInput input;
    input.schema.tables["leads"].columns.push_back(column("kundennummer", "varchar(191)"));
    input.schema.contact_fields.push_back({"KundenNummer", "text", false});
    input.policy.fields = {{"KundenNummer", FieldRule::hash}};
    CHECK(action_in(input.build(), "leads", "kundennummer") == "hash");
    input.policy.columns = {{"leads.KUNDENNUMMER", FieldRule::remove}};
    CHECK(action_in(input.build(), "leads", "kundennummer") == "delete");
    input.schema.tables["a"] = table("a", {{"id", "int not null"}, {"Lead_ID", "int"}});
    input.schema.tables["b"] = table("b", {{"id", "int not null"}, {"contact_id", "varchar(20)"}});
    input.policy.unknown = policy::UnknownRule::remove;
    const auto plan = input.build();
    CHECK(has(unknown_names(plan), "a: a column named Lead_ID"));
    CHECK(has(unknown_names(plan), "b: a column named contact_id of type varchar(20)"));
    CHECK(step_of(plan, "a") != nullptr);
    CHECK(step_of(plan, "b") == nullptr);
}

TEST_CASE("a plain column that Mautic has as a generated one does not follow its source") {
    PlanInput input;
    CHECK(action_in(input.build(), "leads", "domain") == "kept");
    for (auto& own : input.schema.tables["leads"].columns) {
        if (own.name == "domain") own.generated = false;
    }
    const auto plan = input.build();
    CHECK(action_in(plan, "leads", "domain") == "delete");
    const auto coverage =
        plan::coverage_of(mautic::parse_data_map(input.map_text, "map"), input.policy, plan, input.schema);
    CHECK(coverage.counts().at(plan::Handling::follows) == 0);
}

TEST_CASE("a hash that is too long for its column is deleted instead, and said") {
    PlanInput input;
    input.policy.fields = {{"firstname", FieldRule::hash}};
    input.schema.tables["leads"].columns[2] = column("firstname", "varchar(20)");
    const auto plan = input.build();
    CHECK(action_in(plan, "leads", "firstname") == "delete");
    REQUIRE(plan.limitations.size() == 1);
    CHECK(plan.limitations.front().name() == "leads.firstname");
    CHECK_FALSE(plan.limitations.front().left);
    CHECK_THAT(plan.limitations.front().what, ContainsSubstring("varchar(20)"));
    CHECK_THAT(change_of(plan, "leads", "firstname")->why, ContainsSubstring("does not fit"));
}

TEST_CASE("a schema that changes while the daemon serves stops nobody's erasure") {
    PlanInput input;
    input.policy.fields = {{"birthday", FieldRule::hash}, {"gone", FieldRule::keep}};
    CHECK_THAT(input.problems(), ContainsSubstring("birthday"));
    CHECK_THAT(input.problems(), ContainsSubstring("gone"));
    const auto plan = serving(input);
    CHECK(action_in(plan, "leads", "birthday") == "delete");
    CHECK(has(plan.warnings, "gone"));
}

TEST_CASE("what a kind of table makes impossible is named, and its rows are counted") {
    PlanInput input;
    input.schema.tables["notes"].versioned = true;
    auto plan = input.build();
    REQUIRE(step_of(plan, "notes") != nullptr);
    CHECK(step_of(plan, "notes")->keeps_former_rows);
    REQUIRE(plan.limitations.size() == 1);
    CHECK_THAT(plan.limitations.front().what, ContainsSubstring("former versions"));
    input.schema.tables["notes"].versioned = false;
    input.schema.tables["notes"].engine = "ARCHIVE";
    plan = input.build();
    CHECK(step_of(plan, "notes") == nullptr);
    CHECK(plan.left.size() == 1);
    for (const char* engine : {"FEDERATED", "CONNECT", "SPIDER", "BLACKHOLE"}) {
        CAPTURE(engine);
        input.schema.tables["notes"].engine = engine;
        plan = input.build();
        CHECK(step_of(plan, "notes") != nullptr);
        CHECK(has(plan.warnings, "m_notes st"));
    }
    input.schema.views["m_notes"] = input.schema.tables["notes"];
    input.schema.tables.erase("notes");
    CHECK(has(unknown_names(input.build()), "notes: a view in the place of a table"));
}

TEST_CASE("invisible columns of contacts are read after the visible ones") {
    PlanInput input;
    auto& columns = input.schema.tables["leads"].columns;
    columns.insert(columns.begin() + 1, column("secret", "varchar(191)"));
    columns[1].invisible = true;
    const auto plan = input.build();
    CHECK(plan.invisible_columns == std::vector<std::string>{"secret"});
    CHECK(plan.contact_columns.back() == "secret");
    CHECK(plan.contact_columns[1] == "email");
    CHECK(action_in(plan, "leads", "secret") == "delete");
}
