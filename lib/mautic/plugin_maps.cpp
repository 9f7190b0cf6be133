#include "mautic/plugin_maps.h"

#include <algorithm>
#include <map>

#include "base/hex.h"
#include "mautic/column_name.h"

namespace gdprd::mautic {

namespace {

// Under the prefix; a plugin that puts the prefix in front itself gets it twice.
std::string name_in(const Schema& schema, const TableEntry& entry, const std::string& table) {
    const bool is_twice = entry.may_have_prefix_twice && !schema.prefix.empty() &&
                          std::any_of(schema.tables.begin(), schema.tables.end(), [&](const auto& live) {
                              TableEntry named = entry;
                              named.table = schema.prefix + table;
                              return named.is_about(live.first);
                          });
    return is_twice ? schema.prefix + table : table;
}

std::vector<const Table*> prefixed_tables_of(const TableEntry& entry, const Schema& schema) {
    std::vector<const Table*> tables;
    for (const auto& [name, table] : schema.tables) {
        if (entry.is_about(name)) tables.push_back(&table);
    }
    return tables;
}

// A column of the table that the entry needs to find its rows, and that is not there; "" when all are.
std::string missing_column(const TableEntry& entry, const Table& table) {
    std::vector<std::string> needed{entry.tie.column, entry.tie.visitors};
    for (const auto* conditions : {&entry.tie.conditions, &entry.tie.exceptions}) {
        for (const Condition& condition : *conditions) needed.push_back(condition.column);
    }
    for (const std::string& column : needed) {
        if (!column.empty() && table.find(column) == nullptr) return column;
    }
    return {};
}

// A column that a key makes ids of something else than contacts.
bool refers_elsewhere(const TableEntry& entry, const Table& table) {
    return entry.tie.kind == Tie::Kind::column &&
           std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), [&](const ForeignKey& key) {
               return is_same_column(key.column, entry.tie.column) && key.referenced_table != "leads";
           });
}

// Of the operator's own maps.
bool describes(const DataMap& map, const TableEntry& entry, bool is_of_mautic) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& own) {
        if (own.origin != TableEntry::Origin::own) return false;
        return is_of_mautic ? own.key() == entry.key()
                            : own.is_about(entry.table) || entry.is_about(own.table);
    });
}

bool is_of_mautic(const DataMap& map, const TableEntry& entry) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& known) {
        return known.origin == TableEntry::Origin::program && known.is_about(entry.table);
    });
}

// Why the plugin's map cannot be used; "" when it can. `any_table`: a table of the plugin's own is there.
std::string why_not(const PluginMap& plugin, const DataMap& map, const Schema& schema, bool& any_table) {
    std::string why;
    for (const TableEntry& entry : plugin.entries) {
        const bool of_mautic = is_of_mautic(map, entry);
        if (describes(map, entry, of_mautic)) why = "a data map of your own describes " + entry.key();
        for (const Table* table : prefixed_tables_of(entry, schema)) {
            any_table = any_table || !of_mautic;
            if (!why.empty()) continue;
            if (const std::string column = missing_column(entry, *table); !column.empty()) {
                why = "this database has no column " + table->name + '.' + column;
            } else if (refers_elsewhere(entry, *table)) {
                why = table->name + '.' + entry.tie.column + " does not refer to contacts";
            }
        }
    }
    for (const EntryColumn& mark : plugin.marks) {
        if (!why.empty()) break;
        const Table* table = schema.find(mark.entry);
        if (table == nullptr) {
            why = "this database has no table " + mark.entry;
        } else if (table->find(mark.column) == nullptr) {
            why = "this database has no column " + mark.entry + '.' + mark.column;
        }
    }
    return why;
}

// The plugin's map with its tables as they are called here, wherever it names them.
PluginMap named_as_in(const Schema& schema, PluginMap plugin) {
    std::map<std::string, std::string> names;
    for (TableEntry& entry : plugin.entries) {
        const std::string name = name_in(schema, entry, entry.table);
        if (name != entry.table) names.emplace(entry.table, name);
        entry.table = name;
    }
    // A table, or an entry of one: "cards" or "cards#part".
    const auto rename = [&](std::string& key) {
        const std::size_t end = std::min(key.find('#'), key.size());
        const auto found = names.find(key.substr(0, end));
        if (found != names.end()) key.replace(0, end, found->second);
    };
    for (EntryColumn& mark : plugin.marks) rename(mark.entry);
    for (TableEntry& entry : plugin.entries) {
        rename(entry.tie.parent);
        rename(entry.tie.orphans_of);
        for (EntryColumn& through : entry.tie.through) rename(through.entry);
        for (EntryColumn& other : entry.tie.others) rename(other.entry);
    }
    return plugin;
}

}  // namespace

DataMap map_in_use(const DataMap& map, const Schema& schema) {
    DataMap used = map;
    used.plugins.clear();
    std::string digests = map.digest;
    for (const PluginMap& known : map.plugins) {
        PluginMap plugin = named_as_in(schema, known);
        bool any_table = false;
        const std::string why = why_not(plugin, map, schema, any_table);
        if (!why.empty()) {
            if (any_table) used.plugins_set_aside.push_back(plugin.name + " (" + plugin.file + "): " + why);
            continue;
        }
        used.entries.insert(used.entries.end(), plugin.entries.begin(), plugin.entries.end());
        digests += plugin.digest;
        if (any_table) used.plugins_in_use.push_back(std::move(plugin));
    }
    if (digests != map.digest) used.digest = sha256_hex(digests);
    return used;
}

}  // namespace gdprd::mautic
