#include "plan/policy_check.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::plan {

namespace {

using mautic::Column;
using mautic::ContactField;
using mautic::DataMap;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;
using policy::FieldPolicy;

std::string with_nearest(const std::string& problem, const std::string& name,
                         const std::vector<std::string>& candidates) {
    const std::string nearest = nearest_name(name, candidates);
    return problem + (nearest.empty() ? "" : "; did you mean '" + nearest + "'?");
}

// The table of a rule "table.column" and the name of its column, when the map knows that table.
struct Target {
    const Table* table = nullptr;
    std::string table_name;
    std::string column;
};

Target target_of(const std::string& rule, const DataMap& map, const Schema& schema) {
    const auto dot = rule.find('.');
    Target target{nullptr, rule.substr(0, dot), dot == std::string::npos ? "" : rule.substr(dot + 1)};
    if (map.knows_table(target.table_name)) target.table = schema.find(target.table_name);
    return target;
}

// "" when the column exists.
std::string problem_with_column(const std::string& rule, const DataMap& map, const Schema& schema) {
    const std::string where = "[policy.columns] \"" + rule + "\": ";
    const Target target = target_of(rule, map, schema);
    std::vector<std::string> names;
    if (target.table == nullptr) {
        for (const TableEntry& entry : map.entries) names.push_back(entry.table);
        return with_nearest(where + "no such table in the data map and the database", target.table_name,
                            names);
    }
    if (target.table->find(target.column) != nullptr) return {};
    for (const Column& column : target.table->columns) names.push_back(column.name);
    return with_nearest(where + "the table has no such column", target.column, names);
}

// A column of the contact's own row that is neither a field of Mautic nor in the map.
bool is_other_contact_column(const std::string& name, const DataMap& map, const Schema& schema) {
    const Table* contacts = schema.find("leads");
    const TableEntry* entry = map.find("leads");
    return contacts != nullptr && entry != nullptr && contacts->find(name) != nullptr &&
           entry->rule_for(name) == nullptr;
}

}  // namespace

std::vector<std::string> problems_with_names(const DataMap& map, const FieldPolicy& policy,
                                             const Schema& schema) {
    std::vector<std::string> problems;
    std::vector<std::string> fields;
    for (const ContactField& field : schema.contact_fields) fields.push_back(field.alias);
    for (const auto& [alias, rule] : policy.fields) {
        // Without a column Mautic has not created it yet; the rule waits for it.
        if (schema.find_field(alias) != nullptr || is_other_contact_column(alias, map, schema)) continue;
        problems.push_back(with_nearest(
            "[policy.fields] " + alias + ": Mautic has no contact field of that name", alias, fields));
    }
    for (const auto& [name, rule] : policy.columns) {
        const std::string problem = problem_with_column(name, map, schema);
        if (!problem.empty()) problems.push_back(problem);
    }
    return problems;
}

std::vector<std::string> problems_with_unused_rules(const DataMap& map, const FieldPolicy& policy,
                                                    const Schema& schema, const std::set<std::string>& used) {
    std::vector<std::string> problems;
    for (const auto& [name, rule] : policy.columns) {
        if (used.contains(name) || !problem_with_column(name, map, schema).empty()) continue;
        problems.push_back("[policy.columns] \"" + name +
                           "\": no row of this table is tied to a contact, so nothing is done with it");
    }
    return problems;
}

std::vector<std::string> warnings_about_unique_identifiers(const Plan& plan, const Schema& schema) {
    const Step* own = plan.contact_step();
    if (own == nullptr) return {};
    std::vector<std::string> emptied;
    for (const ContactField& field : schema.contact_fields) {
        const auto& columns = plan.contact_columns;
        if (!field.unique_identifier) continue;
        if (std::find(columns.begin(), columns.end(), field.alias) == columns.end()) continue;
        const bool is_emptied =
            std::any_of(own->columns.begin(), own->columns.end(), [&](const columns::ColumnStep& change) {
                return change.column == field.alias && change.action == mautic::Action::remove;
            });
        if (!is_emptied) return {};
        emptied.push_back(field.alias);
    }
    if (emptied.empty()) return {};
    return {"[policy.fields] every unique identifier of a contact (" + join(emptied, ", ") +
            ") is deleted: Mautic then takes the row for an anonymous visitor, merges the next "
            "form submission into it or removes it. Set one of them to hash"};
}

}  // namespace gdprd::plan
