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

// Why a table the map does not know is tied to contacts; "" when it is not.
std::string tie_of(const mautic::DataMap& map, const Table& table) {
    for (const auto& key : table.foreign_keys) {
        if (key.referenced_table == "leads") return "foreign key " + key.column + " to leads";
    }
    for (const auto& key : table.foreign_keys) {
        if (holds_contact_rows(map, key.referenced_table)) {
            return "foreign key " + key.column + " to " + key.referenced_table;
        }
    }
    for (const char* name : {"lead_id", "contact_id"}) {
        const Column* column = table.find(name);
        if (column != nullptr && column->is_integer()) return std::string("a column named ") + name;
    }
    return {};
}

bool is_known_column(const mautic::DataMap& map, const Table& table, const Column& column) {
    bool known = false;
    for (const TableEntry& entry : map.entries) {
        if (entry.table != table.name) continue;
        if (entry.delete_rows || entry.tie.kind == mautic::Tie::Kind::none) return true;
        known = known || entry.rule_for(column.name) != nullptr || entry.tie.column == column.name;
    }
    return known;
}

bool is_entry_of(const mautic::DataMap& map, const Table& table) {
    return std::any_of(map.entries.begin(), map.entries.end(),
                       [&](const TableEntry& entry) { return entry.table == table.name; });
}

void add_unknown_columns(const mautic::DataMap& map, const Schema& schema, const Table& table,
                         std::vector<Unknown>& found) {
    const bool has_contact_fields = std::any_of(
        map.entries.begin(), map.entries.end(),
        [&](const TableEntry& entry) { return entry.table == table.name && entry.contact_fields; });
    for (const Column& column : table.columns) {
        const bool holds_text = column.is_text() || column.is_binary();
        const bool decided_by_policy = has_contact_fields && schema.find_field(column.name) != nullptr;
        if (!holds_text || column.generated || decided_by_policy || is_known_column(map, table, column))
            continue;
        found.push_back({table.name, column.name, "a text column that is not in the data map"});
    }
}

}  // namespace

std::vector<Unknown> find_unknown(const mautic::DataMap& map, const Schema& schema) {
    std::vector<Unknown> found;
    for (const auto& [name, table] : schema.tables) {
        if (is_entry_of(map, table)) {
            add_unknown_columns(map, schema, table, found);
        } else if (!map.knows_table(name)) {
            const std::string tie = tie_of(map, table);
            if (!tie.empty()) found.push_back({name, "", tie});
        }
    }
    return found;
}

}  // namespace gdprd::erasure
