#include "columns/column_decision.h"

#include <algorithm>
#include <array>

#include "columns/column_step.h"
#include "mautic/column_name.h"

namespace gdprd::columns {

namespace {

using mautic::Action;
using mautic::ContactField;
using policy::FieldPolicy;
using policy::FieldRule;

// Text a person typed, in a custom field: what it held identifies. The other types are vocabularies and
// numbers.
bool is_typed_text(const std::string& field_type) {
    constexpr std::array<std::string_view, 7> types{"text",   "email",    "tel", "url",
                                                    "lookup", "textarea", "html"};
    return std::find(types.begin(), types.end(), field_type) != types.end();
}

void decide_by_policy(ColumnDecision& decision, const std::string& alias, const FieldPolicy& policy) {
    const auto found = std::find_if(policy.fields.begin(), policy.fields.end(), [&](const auto& field) {
        return mautic::is_same_column(field.first, alias);
    });
    const bool named = found != policy.fields.end();
    const FieldRule rule = named ? found->second : policy.other_fields;
    decision.action = action_of(rule);
    decision.by_default = !named;
    decision.option = (named ? "[policy.fields] " + alias : "[policy] other_fields (field " + alias + ")") +
                      " = " + policy::name_of(rule);
    // What the operator keeps is kept knowingly; only what cannot be a coincidence is still reported there.
    if (rule == FieldRule::keep) decision.search = mautic::Search::strong;
}

void decide_field(ColumnDecision& decision, const ContactField& field, bool custom,
                  const FieldPolicy& policy) {
    if (custom) {
        decision.why = "Custom field of type " + field.type + ".";
        decision.identifies = is_typed_text(field.type);
    }
    if (field.type == "email") decision.normalisation = policy::Normalisation::email;
    decide_by_policy(decision, field.alias, policy);
}

// A column that an import, a plugin or an administrator put into the contact's own row, or that is left of a
// field that was deleted: Mautic does not know it as a field, and it is the person's all the same.
void decide_other_column(ColumnDecision& decision, const mautic::Column& column, const FieldPolicy& policy) {
    decision.why = "In the contact's own row, and no contact field of Mautic.";
    decision.identifies =
        column.is_text() && !column.json && column.data_type != "enum" && column.data_type != "set";
    decide_by_policy(decision, column.name, policy);
}

}  // namespace

const std::pair<const std::string, FieldRule>* override_of(const FieldPolicy& policy,
                                                           const std::string& table,
                                                           const std::string& column) {
    const auto found = std::find_if(policy.columns.begin(), policy.columns.end(), [&](const auto& rule) {
        return rule.first.starts_with(table + ".") &&
               mautic::is_same_column(std::string_view(rule.first).substr(table.size() + 1), column);
    });
    return found == policy.columns.end() ? nullptr : &*found;
}

ColumnDecision decide_column(const mautic::TableEntry& entry, const mautic::Table& table,
                             const mautic::Column& column, const mautic::Schema& schema,
                             const FieldPolicy& policy) {
    ColumnDecision decision;
    const mautic::ColumnRule* rule = entry.rule_for(column.name);
    const ContactField* field = entry.contact_fields ? schema.find_field(column.name) : nullptr;
    if (rule != nullptr) {
        const auto any = entry.columns.find("*");
        decision.by_any_rule = any != entry.columns.end() && rule == &any->second;
        decision.by_rule = !decision.by_any_rule;
        decision.action = rule->action;
        decision.normalisation = rule->normalisation;
        decision.identifies = rule->identifies;
        decision.search = rule->search;
        decision.why = rule->why;
        decision.format = rule->format;
        decision.keep_members = rule->keep_members;
        decision.switched_off = rule->action != Action::keep && !policy.is_on(rule->switch_name);
        if (decision.switched_off) decision.action = Action::keep;
    }
    if (field != nullptr && (rule == nullptr || rule->action == Action::field)) {
        decide_field(decision, *field, rule == nullptr, policy);
    } else if (decision.action == Action::field) {
        decide_by_policy(decision, column.name, policy);  // a core column without its row in lead_fields
    } else if (entry.contact_fields && rule == nullptr && !table.is_in_primary_key(column.name)) {
        decide_other_column(decision, column, policy);
    }
    const auto* override_rule = override_of(policy, table.name, column.name);
    if (override_rule != nullptr) {
        decision.override_name = override_rule->first;
        decision.action = action_of(override_rule->second);
        decision.overridden = true;
        decision.by_any_rule = false;
        decision.by_default = false;
        decision.option =
            "[policy.columns] \"" + override_rule->first + "\" = " + policy::name_of(override_rule->second);
    }
    return decision;
}

}  // namespace gdprd::columns
