// A small Mautic made by hand, and a data map for it, so that a test can say exactly what is different.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "plan/build_plan.h"

namespace gdprd::test {

// "varchar(64)", "longtext not null", "longtext json", "double generated", …: the words after the type.
inline mautic::Column column(const std::string& name, std::string_view definition) {
    mautic::Column made;
    made.name = name;
    made.column_type = definition.substr(0, definition.find(' '));
    made.data_type = made.column_type.substr(0, made.column_type.find('('));
    const auto has = [&](std::string_view word) { return definition.find(word) != std::string_view::npos; };
    made.nullable = !has("not null");
    made.generated = has("generated");
    made.json = has(" json") || made.data_type == "json";
    made.php_array = has(" array");
    if (made.data_type == "varchar" || made.data_type == "char" || made.data_type == "binary") {
        made.characters_max = std::stoull(made.column_type.substr(made.data_type.size() + 1));
    } else if (made.data_type == "longtext") {
        made.characters_max = 4294967295;
    }
    return made;
}

inline mautic::Table table(const std::string& name,
                           const std::vector<std::pair<std::string, std::string>>& columns) {
    mautic::Table made;
    made.name = name;
    made.real_name = "m_" + name;
    made.primary_key = {"id"};
    made.leading_index_columns = {"id", "lead_id"};
    for (const auto& [column_name, definition] : columns)
        made.columns.push_back(column(column_name, definition));
    return made;
}

// `leads` with a few fields, and `notes` tied to it by lead_id.
inline mautic::Schema small_schema() {
    mautic::Schema schema;
    schema.prefix = "m_";
    schema.tables["leads"] = table("leads", {{"id", "bigint not null"},
                                             {"email", "varchar(191)"},
                                             {"firstname", "varchar(191)"},
                                             {"points", "int not null"},
                                             {"birthday", "date"},
                                             {"vip", "tinyint(1)"},
                                             {"domain", "varchar(255) generated"},
                                             {"internal", "longtext array"}});
    schema.contact_fields = {{"email", "email", true},
                             {"firstname", "text", false},
                             {"points", "number", false},
                             {"birthday", "date", false},
                             {"vip", "boolean", false}};
    schema.tables["notes"] = table(
        "notes", {{"id", "int not null"}, {"lead_id", "bigint not null"}, {"text", "longtext not null"}});
    schema.tables["notes"].foreign_keys = {{"lead_id", "leads", "id"}};
    return schema;
}

inline const std::string small_map_text =
    "format = 1\n"
    "[[table]]\nname = \"leads\"\nwhy = \"x\"\ntie = { kind = \"contact\", column = \"id\" }\n"
    "contact_fields = true\n[table.columns]\n"
    "id = { action = \"keep\", why = \"x\" }\n"
    "email = { action = \"field\", why = \"x\", identifies = true, normalise = \"email\" }\n"
    "firstname = { action = \"field\", why = \"x\", identifies = true }\n"
    "domain = { action = \"follows\", why = \"x\" }\n"
    "internal = { action = \"empty_array\", why = \"x\" }\n";

// An entry for `notes`, or another table, with these column rules: "text = { action = …, why = … }".
inline std::string entry(const std::string& rules, const std::string& name = "notes",
                         const std::string& tie = "kind = \"column\", column = \"lead_id\"") {
    return "[[table]]\nname = \"" + name + "\"\nwhy = \"x\"\ntie = { " + tie + " }\n[table.columns]\n" +
           rules + "\n";
}

inline std::string rule(const std::string& column_name, const std::string& action) {
    return column_name + " = { action = \"" + action + "\", why = \"x\" }\n";
}

struct PlanInput {
    std::string map_text = small_map_text + entry(rule("text", "delete"));
    policy::FieldPolicy policy;
    policy::HashOptions hash;
    mautic::Schema schema = small_schema();

    plan::Plan build() const {
        return plan::build_plan(mautic::parse_data_map(map_text, "map"), policy, policy::Hasher(hash),
                                schema);
    }
    // The problems of a plan that is refused, or "accepted".
    std::string problems() const {
        try {
            build();
        } catch (const ConfigurationError& error) {
            return error.what();
        }
        return "accepted";
    }
};

inline const plan::Step* step_of(const plan::Plan& plan, std::string_view key) {
    const auto found = std::find_if(plan.steps.begin(), plan.steps.end(),
                                    [&](const plan::Step& step) { return step.key() == key; });
    return found == plan.steps.end() ? nullptr : &*found;
}

inline const columns::ColumnStep* change_of(const plan::Plan& plan, std::string_view key,
                                            std::string_view column_name) {
    const plan::Step* step = step_of(plan, key);
    if (step == nullptr) return nullptr;
    const auto found =
        std::find_if(step->columns.begin(), step->columns.end(),
                     [&](const columns::ColumnStep& change) { return change.column == column_name; });
    return found == step->columns.end() ? nullptr : &*found;
}

// "hash", "delete", …; "kept" when the plan keeps the column, "no step" when it does not mention it.
inline std::string action_in(const plan::Plan& plan, std::string_view key, std::string_view column_name) {
    if (const auto* change = change_of(plan, key, column_name)) return mautic::name_of(change->action);
    const plan::Step* step = step_of(plan, key);
    if (step == nullptr) return "no step";
    return std::any_of(step->kept.begin(), step->kept.end(),
                       [&](const plan::KeptColumn& kept) { return kept.column == column_name; })
               ? "kept"
               : "no step";
}

}  // namespace gdprd::test
