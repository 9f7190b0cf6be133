#include "plan/remedy.h"

#include <algorithm>

namespace gdprd::plan {

using mautic::Column;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;

namespace {

// What says which row it is and what it refers to stays; the rest is emptied by its type.
mautic::ColumnRule rule_for(const Table& table, const Column& column, const std::vector<Tie>& ties) {
    mautic::ColumnRule rule;
    const bool is_key = table.is_in_primary_key(column.name) || table.is_foreign_key(column.name);
    const bool holds_text = column.is_text() || column.is_binary();
    const bool ties_it =
        std::any_of(ties.begin(), ties.end(), [&](const Tie& tie) { return tie.column == column.name; });
    if (is_key || ties_it || (!holds_text && !column.nullable)) {
        rule.why = "Says which row it is, or a NOT NULL number or date.";
        rule.search = mautic::Search::strong;
        return rule;
    }
    rule.action = column.unique && column.is_text() ? mautic::Action::new_random : mautic::Action::remove;
    rule.why = "Not in the data map; [policy] unknown = \"delete\".";
    return rule;
}

}  // namespace

std::vector<TableEntry> remedies_for(const Table& table, const std::vector<Tie>& ties, bool has_prefix) {
    std::vector<TableEntry> entries;
    for (const Tie& tie : ties) {
        TableEntry entry;
        entry.table = table.name;
        entry.part = entries.empty() ? "" : tie.column;
        entry.has_prefix = has_prefix;
        entry.tie = tie;
        for (const Tie& other : ties) {
            if (other.column != tie.column) entry.tie.conditions.push_back({other.column, {}, true});
        }
        entry.why = "A table that is not in the data map; [policy] unknown = \"delete\".";
        for (const Column& column : table.columns) {
            entry.columns.emplace(column.name, rule_for(table, column, ties));
        }
        entries.push_back(std::move(entry));
    }
    return entries;
}

}  // namespace gdprd::plan
