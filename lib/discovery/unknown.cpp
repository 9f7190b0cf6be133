#include "discovery/unknown.h"

#include <algorithm>

#include "discovery/unknown_columns.h"
#include "discovery/unknown_tables.h"
#include "mautic/entry_tables.h"
#include "mautic/plugin_maps.h"

namespace gdprd::discovery {

namespace {

using mautic::DataMap;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;
using policy::FieldPolicy;

// Somebody has put a view where Mautic had a table: what it shows is stored under another name.
void add_view(const DataMap& map, const Schema& schema, const Table& view, std::vector<Unknown>& found) {
    const bool holds_contacts =
        std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
            return entry.is_about(view.name) && entry.tie.kind != Tie::Kind::none;
        });
    if (!holds_contacts || schema.find(view.name) != nullptr) return;
    found.push_back(
        {view.name, view.real_name, "", "a view in the place of a table: what it shows is stored elsewhere"});
}

// What a map itself says cannot be shown to be anybody's.
void add_undecided_rows(const DataMap& map, const Schema& schema, std::vector<Unknown>& found) {
    for (const TableEntry& entry : map.entries) {
        if (entry.tie.kind != Tie::Kind::undecided) continue;
        for (const Table* table : mautic::tables_of(entry, schema)) {
            const auto& conditions = entry.tie.conditions;
            const std::string column = conditions.empty() ? "" : conditions.front().column;
            if (!column.empty() && table->find(column) == nullptr) continue;
            found.push_back({table->name, table->real_name, column, entry.why});
            found.back().of_rows = !column.empty();
        }
    }
}

}  // namespace

const char* Unknown::fate() const {
    if (emptied) return "emptied";
    return remedies.empty() ? "left" : "partly emptied";
}

std::vector<Unknown> find_unknown(const DataMap& whole_map, const Schema& schema, const FieldPolicy& policy) {
    const DataMap map = mautic::map_in_use(whole_map, schema);
    std::vector<Unknown> found;
    for (const auto& [name, table] : schema.tables) {
        if (!map.knows_table(name)) continue;
        add_unknown_columns(map, schema, table, true, policy, found);
        add_unknown_words(map, schema, table, found);
    }
    for (const auto& [name, table] : schema.other_tables) {
        if (map.knows_table(name, false)) add_unknown_columns(map, schema, table, false, policy, found);
    }
    add_undecided_rows(map, schema, found);
    add_unknown_tables(map, schema, policy, found);
    for (const auto& [name, view] : schema.views) {
        if (name.starts_with(schema.prefix)) add_view(map, schema, view, found);
    }
    return found;
}

}  // namespace gdprd::discovery
