#include "plan/own_addresses.h"

#include <algorithm>

#include "mautic/column_name.h"

namespace gdprd::plan {

namespace {

using mautic::Action;
using mautic::AddressRule;
using mautic::Column;
using mautic::Schema;
using mautic::Table;
using mautic::Tie;

// Whose a row is that several may refer to, or that only its text ties, is not known well enough to say that
// an address in it is the contact's own.
bool tells_whose(const Step& step) {
    return step.tie.kind == Tie::Kind::column || step.tie.kind == Tie::Kind::parent;
}

bool is_mapped(const AddressRule& rule, const Table& table, const Column& column, const Schema& schema) {
    return std::any_of(schema.mapped_fields.begin(), schema.mapped_fields.end(),
                       [&](const mautic::MappedField& field) {
                           const std::string start = "form_results_" + std::to_string(field.form) + "_";
                           return field.contact_field == rule.mapped_field && table.name.starts_with(start) &&
                                  mautic::is_same_column(field.alias, column.name);
                       });
}

std::optional<RowAge> row_age(const Step& step, const AddressRule& rule, const Schema& schema) {
    const Table* table = schema.find(step.table);
    const Table* contacts = schema.find("leads");
    const bool is_known = step.tie.kind == Tie::Kind::column && !rule.row_date.empty() && table != nullptr &&
                          table->find(rule.row_date) != nullptr && contacts != nullptr &&
                          contacts->find("date_added") != nullptr;
    return is_known ? std::optional(RowAge{rule.row_date, contacts->real_name}) : std::nullopt;
}

bool is_own_address(const AddressRule& rule, const Table& table, const Column& column, const Schema& schema) {
    const auto is_there = [&](const mautic::Condition& condition) {
        return table.find(condition.column) != nullptr;
    };
    return column.is_text() && !column.json &&
           std::all_of(rule.conditions.begin(), rule.conditions.end(), is_there) &&
           (rule.mapped_field.empty() || is_mapped(rule, table, column, schema));
}

}  // namespace

std::vector<AddressColumn> own_addresses(const Step& step, const mautic::TableEntry& entry,
                                         const Table& table, const Schema& schema) {
    std::vector<AddressColumn> addresses;
    if (!tells_whose(step)) return addresses;
    for (const Column& column : table.columns) {
        const mautic::ColumnRule* rule = entry.rule_for(column.name);
        if (rule == nullptr || !rule->address || !rule->address->members.empty()) continue;
        if (!is_own_address(*rule->address, table, column, schema)) continue;
        addresses.push_back({column.name, *rule->address, row_age(step, *rule->address, schema)});
    }
    return addresses;
}

void read_with_change(Step& step, const mautic::ColumnRule* rule, columns::ColumnStep& change,
                      const Schema& schema) {
    if (rule == nullptr || !rule->address || !tells_whose(step)) return;
    const bool is_within = !rule->address->members.empty();
    if (change.action == Action::rewrite && change.format == content::Format::php && is_within) {
        change.address = rule->address;
        step.address_age = row_age(step, *rule->address, schema);
    }
    const bool is_hashed_address =
        change.action == Action::hash && change.normalisation == policy::Normalisation::email;
    if (!is_hashed_address || is_within) return;
    const auto taken =
        std::erase_if(step.addresses, [&](const AddressColumn& one) { return one.column == change.column; });
    if (taken > 0) change.address = rule->address;
}

}  // namespace gdprd::plan
