#include "certificate/rules.h"

#include <algorithm>

namespace gdprd::certificate {

namespace {

Treatment treatment_of(mautic::Action action) {
    switch (action) {
        case mautic::Action::hash:
            return Treatment::hashed;
        case mautic::Action::strip_query:
            return Treatment::parameters_removed;
        case mautic::Action::rewrite:
            return Treatment::rewritten;
        case mautic::Action::new_random:
            return Treatment::randomised;
        case mautic::Action::anonymous_ip:
            return Treatment::address_anonymised;
        case mautic::Action::set_flag:
        case mautic::Action::unschedule:
            return Treatment::cancelled;
        case mautic::Action::keep:
        case mautic::Action::field:
        case mautic::Action::follows:
            return Treatment::kept;
        case mautic::Action::remove:
        case mautic::Action::empty_array:
            break;
    }
    return Treatment::deleted;
}

RowsOf rows_of(const mautic::Tie& tie) {
    switch (tie.kind) {
        case mautic::Tie::Kind::shared:
        case mautic::Tie::Kind::part:
            return RowsOf::contact_alone;
        case mautic::Tie::Kind::text:
            return RowsOf::its_name;
        default:
            return RowsOf::contact;
    }
}

void add(TableRules& rules, Treatment treatment, const std::string& column) {
    auto& columns = rules.columns[treatment];
    if (std::find(columns.begin(), columns.end(), column) == columns.end()) columns.push_back(column);
}

Treatment treatment_of(const std::string& column, const mautic::ColumnRule& rule,
                       const policy::FieldPolicy& policy) {
    if (rule.action == mautic::Action::follows) return Treatment::follows;
    if (rule.action != mautic::Action::field) return treatment_of(rule.action);
    switch (policy.rule_for(column)) {
        case policy::FieldRule::keep:
            return Treatment::kept;
        case policy::FieldRule::hash:
            return Treatment::hashed;
        case policy::FieldRule::remove:
            break;
    }
    return Treatment::deleted;
}

// What one way to the rows keeps, another one may change: then it is not kept for certain.
void drop_what_is_not_kept(TableRules& rules) {
    const auto kept = rules.columns.find(Treatment::kept);
    if (kept == rules.columns.end()) return;
    std::erase_if(kept->second, [&](const std::string& column) {
        return std::any_of(rules.columns.begin(), rules.columns.end(), [&](const auto& other) {
            return other.first != Treatment::kept &&
                   std::find(other.second.begin(), other.second.end(), column) != other.second.end();
        });
    });
    if (kept->second.empty()) rules.columns.erase(kept);
}

}  // namespace

std::vector<TableRules> table_rules(const plan::Plan& plan) {
    std::vector<TableRules> all;
    for (const plan::Step& step : plan.steps) {
        auto known = std::find_if(all.begin(), all.end(),
                                  [&](const TableRules& one) { return one.real_table == step.real_table; });
        if (known == all.end()) {
            known = all.insert(all.end(), {step.table, step.real_table, rows_of(step.tie), false, {}});
        }
        if (known->rows_of != rows_of(step.tie)) known->rows_of = RowsOf::contact;
        if (step.delete_rows) {
            known->rows_deleted = true;
            continue;
        }
        for (const auto& column : step.columns) add(*known, treatment_of(column.action), column.column);
        for (const auto& column : step.kept) {
            add(*known, column.follows ? Treatment::follows : Treatment::kept, column.column);
        }
    }
    for (TableRules& rules : all) drop_what_is_not_kept(rules);
    return all;
}

std::vector<TableRules> table_rules(const mautic::DataMap& map, const policy::FieldPolicy& policy) {
    std::vector<TableRules> all;
    for (const mautic::TableEntry& entry : map.entries) {
        if (entry.tie.kind == mautic::Tie::Kind::none) continue;
        auto known = std::find_if(all.begin(), all.end(),
                                  [&](const TableRules& one) { return one.table == entry.table; });
        if (known == all.end()) {
            known = all.insert(all.end(), {entry.table, entry.table, rows_of(entry.tie), false, {}});
        }
        if (known->rows_of != rows_of(entry.tie)) known->rows_of = RowsOf::contact;
        if (entry.delete_rows) {
            known->rows_deleted = true;
            continue;
        }
        for (const auto& [column, rule] : entry.columns) {
            add(*known, treatment_of(column, rule, policy), column);
        }
        if (entry.contact_fields) {
            mautic::ColumnRule field;
            field.action = mautic::Action::field;
            add(*known, treatment_of("*", field, policy), "*");
        }
    }
    for (TableRules& rules : all) drop_what_is_not_kept(rules);
    return all;
}

}  // namespace gdprd::certificate
