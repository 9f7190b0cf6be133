// What is tied to contacts and not in the data map (promise 8).
#include <algorithm>

#include "erasure/plan.h"

namespace gdprd::erasure {

namespace {

using mautic::Column;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;

// Rows of such a table are one contact's, so rows that refer to them are too.
bool holds_contact_rows(const mautic::DataMap& map, const std::string& table) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
        return entry.table == table &&
               (entry.tie.kind == mautic::Tie::Kind::column || entry.tie.kind == mautic::Tie::Kind::parent);
    });
}

struct FoundTie {
    std::string reason;  // "" when the table is not tied to contacts
    mautic::Tie tie;
};

// How a table the map does not know is tied to contacts. A table without Mautic's prefix may be another
// program's, whose `contact_id` means something else: only foreign keys count there.
FoundTie tie_of(const mautic::DataMap& map, const Table& table, bool has_prefix) {
    FoundTie found;
    found.tie.kind = mautic::Tie::Kind::column;
    for (const auto& key : table.foreign_keys) {
        if (key.referenced_table != "leads") continue;
        found.reason = "foreign key " + key.column + " to leads";
        found.tie.column = key.column;
        return found;
    }
    for (const auto& key : table.foreign_keys) {
        if (!holds_contact_rows(map, key.referenced_table)) continue;
        found.reason = "foreign key " + key.column + " to " + key.referenced_table;
        found.tie.kind = mautic::Tie::Kind::parent;
        found.tie.column = key.column;
        found.tie.parent = key.referenced_table;
        found.tie.parent_column = key.referenced_column;
        return found;
    }
    if (!has_prefix) return found;
    for (const char* name : {"lead_id", "contact_id"}) {
        const Column* column = table.find(name);
        if (column == nullptr || !column->is_integer()) continue;
        found.reason = std::string("a column named ") + name;
        found.tie.column = name;
        return found;
    }
    return found;
}

// What [policy] unknown = "delete" does with a column of a table nobody described. What says which row it is
// and what it refers to stays; the rest is emptied by its type.
mautic::ColumnRule remedy_for(const Table& table, const Column& column, const mautic::Tie& tie) {
    mautic::ColumnRule rule;
    const bool is_key = table.is_in_primary_key(column.name) || table.is_foreign_key(column.name);
    const bool holds_text = column.is_text() || column.is_binary();
    if (is_key || column.name == tie.column || (!holds_text && !column.nullable)) {
        rule.why = "Says which row it is, or a NOT NULL number or date.";
        rule.search = mautic::Search::strong;
        return rule;
    }
    rule.action = column.unique && column.is_text() ? mautic::Action::new_random : mautic::Action::remove;
    rule.why = "Not in the data map; [policy] unknown = \"delete\".";
    return rule;
}

std::optional<TableEntry> remedy_for(const Table& table, const mautic::Tie& tie, const mautic::DataMap& map,
                                     bool has_prefix) {
    if (tie.kind == mautic::Tie::Kind::parent && map.find(tie.parent) == nullptr) return std::nullopt;
    TableEntry entry;
    entry.table = table.name;
    entry.has_prefix = has_prefix;
    entry.tie = tie;
    entry.why = "A table that is not in the data map; [policy] unknown = \"delete\".";
    for (const Column& column : table.columns) {
        entry.columns.emplace(column.name, remedy_for(table, column, tie));
    }
    return entry;
}

// "crm_page_hits" where this Mautic has no prefix: the contact ids in it are another Mautic's.
bool is_of_another_mautic(const mautic::DataMap& map, const Table& table) {
    return table.foreign_keys.empty() &&
           std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
               return !entry.table_is_pattern && table.name.ends_with("_" + entry.table);
           });
}

void add_unknown_table(const mautic::DataMap& map, const Table& table, bool has_prefix,
                       const policy::FieldPolicy& policy, std::vector<Unknown>& found) {
    const FoundTie tie = tie_of(map, table, has_prefix);
    if (tie.reason.empty()) return;
    Unknown unknown{table.name, "", tie.reason, remedy_for(table, tie.tie, map, has_prefix), false};
    unknown.emptied = policy.unknown == policy::UnknownRule::remove && unknown.remedy.has_value() &&
                      !is_of_another_mautic(map, table);
    found.push_back(std::move(unknown));
}

bool is_known_column(const mautic::DataMap& map, const Table& table, const Column& column) {
    bool known = false;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        if (entry.delete_rows || entry.tie.kind == mautic::Tie::Kind::none) return true;
        known = known || entry.rule_for(column.name) != nullptr || entry.tie.column == column.name;
    }
    return known;
}

void add_unknown_columns(const mautic::DataMap& map, const Schema& schema, const Table& table,
                         const policy::FieldPolicy& policy, std::vector<Unknown>& found) {
    const bool has_contact_fields = std::any_of(
        map.entries.begin(), map.entries.end(),
        [&](const TableEntry& entry) { return entry.is_about(table.name) && entry.contact_fields; });
    for (const Column& column : table.columns) {
        const bool holds_text = column.is_text() || column.is_binary();
        const bool decided_by_policy = (has_contact_fields && schema.find_field(column.name) != nullptr) ||
                                       policy.columns.contains(table.name + "." + column.name);
        if (!holds_text || column.generated || decided_by_policy || is_known_column(map, table, column))
            continue;
        found.push_back({table.name,
                         column.name,
                         "a text column that is not in the data map",
                         {},
                         policy.unknown == policy::UnknownRule::remove});
    }
}

}  // namespace

std::vector<Unknown> find_unknown(const mautic::DataMap& map, const Schema& schema,
                                  const policy::FieldPolicy& policy) {
    std::vector<Unknown> found;
    for (const auto& [name, table] : schema.tables) {
        if (map.knows_table(name)) {
            add_unknown_columns(map, schema, table, policy, found);
        } else {
            add_unknown_table(map, table, true, policy, found);
        }
    }
    for (const auto& [name, table] : schema.other_tables) {
        if (!map.knows_table(name)) add_unknown_table(map, table, false, policy, found);
    }
    return found;
}

}  // namespace gdprd::erasure
