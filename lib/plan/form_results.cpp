#include "plan/form_results.h"

#include <algorithm>

#include "mautic/column_name.h"
#include "mautic/entry_tables.h"

namespace gdprd::plan {

using mautic::Condition;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;

namespace {

bool is_about_form(const Condition& condition, const TableEntry& entry) {
    return mautic::is_same_column(condition.column, entry.tie.form_column);
}

}  // namespace

// A table without a number in its name is left over, or this database does not show its forms.
void narrow_to_form(Step& step, const TableEntry& entry, const Table& table, const Schema& schema) {
    const auto form = entry.tie.form_column.empty() ? std::nullopt : mautic::form_of(entry, table);
    if (!form || step.chains.size() != 1) return;
    const Condition of_form{entry.tie.form_column, {std::to_string(*form)}, false};
    Link& submission = step.chains.front().back();
    const auto is_parent = [&](const auto& one) { return one.second.real_name == submission.real_table; };
    const auto parent = std::find_if(schema.tables.begin(), schema.tables.end(), is_parent);
    if (parent != schema.tables.end() && parent->second.find(of_form.column) != nullptr) {
        submission.conditions.push_back(of_form);
    }
    if (table.find(of_form.column) != nullptr) step.tie.conditions.push_back(of_form);
}

bool is_of_former_form(const TableEntry& entry, const Table& table, const Schema& schema) {
    return !entry.tie.form_column.empty() && mautic::is_left_over(entry, table, schema);
}

Step doubtful_results(Step step, const TableEntry& entry, const Table& table, const Schema& schema) {
    auto& own = step.tie.conditions;
    const auto of_form =
        std::find_if(own.begin(), own.end(), [&](const auto& one) { return is_about_form(one, entry); });
    if (of_form != own.end()) {
        if (!is_of_former_form(entry, table, schema)) step.tie.exceptions.push_back(*of_form);
        own.erase(of_form);
    }
    for (const columns::ColumnStep& change : step.columns) {
        if (change.action == mautic::Action::remove) step.filled.push_back(change.column);
    }
    step.columns.clear();
    return step;
}

}  // namespace gdprd::plan
