#include "plan/referring_keys.h"

#include <algorithm>

#include "base/text.h"
#include "columns/column_step.h"
#include "discovery/key_reach.h"
#include "mautic/column_name.h"

namespace gdprd::plan {

std::vector<ReferringKey> keys_to(const mautic::Table& table, const mautic::Schema& schema) {
    std::vector<ReferringKey> keys;
    const bool under_prefix = schema.find(table.name) == &table;
    for (const auto* tables : {&schema.tables, &schema.other_tables}) {
        for (const auto& [name, other] : *tables) {
            for (const mautic::ForeignKey& key : other.foreign_keys) {
                if (!discovery::refers_to(key, table, under_prefix)) continue;
                keys.push_back({"", name, other.real_name, key.column, key.referenced_column});
            }
        }
    }
    for (const mautic::OutsideKey& key : schema.outside_keys) {
        if (key.referenced_real_table != table.real_name) continue;
        keys.push_back({key.database, key.table, key.table, key.column, key.referenced_column});
    }
    return keys;
}

namespace {

// Do the rows that refer to those of `step` go, or let them go, before?
bool cuts(const Step& before, const ReferringKey& key, const Step& step) {
    const mautic::Tie& tie = before.tie;
    const bool is_of_all = tie.kind == mautic::Tie::Kind::parent && tie.parent == step.key() &&
                           tie.conditions.empty() && tie.exceptions.empty() && !before.later;
    if (!is_of_all || !key.database.empty() || before.real_table != key.real_table ||
        !mautic::is_same_column(tie.column, key.column) ||
        !mautic::is_same_column(tie.parent_column, key.referenced_column)) {
        return false;
    }
    return before.delete_rows ||
           std::any_of(before.columns.begin(), before.columns.end(), [&](const columns::ColumnStep& change) {
               return mautic::is_same_column(change.column, key.column);
           });
}

}  // namespace

std::vector<ReferringKey> undecided_keys_to(const Step& step, const mautic::Table& table, const Plan& before,
                                            const mautic::Schema& schema) {
    if (!step.delete_rows || step.tie.kind == mautic::Tie::Kind::shared) return {};
    std::vector<ReferringKey> keys = keys_to(table, schema);
    std::erase_if(keys, [&](const ReferringKey& key) {
        return std::any_of(before.steps.begin(), before.steps.end(),
                           [&](const Step& one) { return cuts(one, key, step); });
    });
    return keys;
}

std::string why_not_deleted(const std::vector<ReferringKey>& keys) {
    std::vector<std::string> names;
    for (const ReferringKey& key : keys) names.push_back(key.name());
    return join(names, ", ") + (keys.size() == 1 ? " refers" : " refer") +
           " to them by a foreign key, and rows there would go, change, or keep them from going";
}

mautic::TableEntry emptied_entry(const mautic::TableEntry& entry, const mautic::Table& table,
                                 const mautic::DataMap& map, const discovery::EmptiedColumns& emptied) {
    mautic::TableEntry made = entry;
    made.delete_rows = false;
    std::vector<const mautic::Tie*> ties;
    for (const mautic::TableEntry& other : map.entries) {
        if (other.is_about(table.name)) ties.push_back(&other.tie);
    }
    for (const auto& [column, rule] : emptied.rules) {
        const bool stays =
            rule.action == mautic::Action::keep || !columns::why_protected(table, ties, column).empty();
        if (stays) continue;
        mautic::ColumnRule& changed = made.columns[column];
        changed.action = rule.action;
        changed.why = "Emptied, because the row cannot be deleted.";
    }
    return made;
}

}  // namespace gdprd::plan
