#include "discovery/key_reach.h"

#include <algorithm>
#include <limits>

#include "policy/switches.h"

namespace gdprd::discovery {

namespace {

using mautic::DataMap;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;

constexpr std::size_t not_reached = std::numeric_limits<std::size_t>::max();

struct Node {
    const Table* table = nullptr;
    RowsOf rows = RowsOf::undecided;
    std::size_t keys_away = not_reached;  // from rows of contacts
};

// A column of one table refers to another one.
struct Key {
    Node* child;
    Node* parent;
    std::string column;
};

class Graph {
  public:
    Graph(const DataMap& map, const Schema& schema, const std::set<std::string>& tied) {
        for (const auto* tables : {&schema.tables, &schema.other_tables}) {
            for (const auto& [name, table] : *tables) {
                const RowsOf rows = rows_of(map, name, tables == &schema.tables);
                Node& node = nodes_[table.real_name] = {&table, rows, not_reached};
                if (rows == RowsOf::contacts || rows == RowsOf::several) node.keys_away = 0;
                if (rows == RowsOf::undecided && tied.contains(table.real_name)) node.keys_away = 1;
            }
        }
        for (auto& [name, node] : nodes_) {
            for (const auto& key : node.table->foreign_keys) {
                const std::string parent = key.referenced_table.empty()
                                               ? key.referenced_other_table
                                               : real_name_of(schema, key.referenced_table);
                const auto found = nodes_.find(parent);
                if (found != nodes_.end()) keys_.push_back({&node, &found->second, key.column});
            }
        }
    }

    // Each round reaches what is one key farther away.
    void spread() {
        bool farther = true;
        for (std::size_t away = 0; farther; ++away) {
            farther = false;
            for (const Key& key : keys_) {
                farther = step(*key.parent, *key.child, away) || farther;
                farther = step(*key.child, *key.parent, away) || farther;
            }
            // Tables that are tied by something else stand one key away from the start.
            farther = farther || away == 0;
        }
    }

    std::map<std::string, Reach> reach() const {
        std::map<std::string, Reach> reach;
        for (std::size_t away = 0; away <= nodes_.size(); ++away) {
            for (const Key& key : keys_) {
                const Node& child = *key.child;
                const Node& parent = *key.parent;
                if (parent.keys_away == away && is_evidence(parent, child)) {
                    Reach& of_child = reach[child.table->real_name];
                    add(of_child.reasons, own_key(key));
                    of_child.own_columns.insert(key.column);
                }
            }
            for (const Key& key : keys_) {
                const Node& child = *key.child;
                const Node& parent = *key.parent;
                if (child.keys_away == away && child.keys_away < parent.keys_away &&
                    is_evidence(child, parent)) {
                    Reach& of_parent = reach[parent.table->real_name];
                    add(of_parent.reasons, child.table->name + '.' + key.column + " refers to it");
                    of_parent.is_referred_to = true;
                }
            }
        }
        return reach;
    }

  private:
    static std::string real_name_of(const Schema& schema, const std::string& table) {
        const Table* found = schema.find(table);
        return found == nullptr ? std::string() : found->real_name;
    }

    static bool step(const Node& from, Node& to, std::size_t away) {
        if (from.keys_away != away || to.rows != RowsOf::undecided || to.keys_away <= away + 1) return false;
        to.keys_away = away + 1;
        return true;
    }

    static bool is_evidence(const Node& from, const Node& of) {
        return of.rows == RowsOf::undecided && from.rows != RowsOf::nobody && &from != &of &&
               from.keys_away <= of.keys_away && of.keys_away != not_reached;
    }

    static std::string own_key(const Key& key) {
        const Node& parent = *key.parent;
        return "foreign key " + key.column + " to " + parent.table->name +
               (parent.rows == RowsOf::several ? ", whose rows several contacts may share" : "");
    }

    static void add(std::vector<std::string>& reasons, const std::string& reason) {
        if (std::find(reasons.begin(), reasons.end(), reason) == reasons.end()) reasons.push_back(reason);
    }

    std::map<std::string, Node> nodes_;  // by real name
    std::vector<Key> keys_;
};

}  // namespace

bool refers_to(const mautic::ForeignKey& key, const Table& table, bool under_prefix) {
    return under_prefix ? !key.referenced_table.empty() && key.referenced_table == table.name
                        : key.referenced_other_table == table.real_name;
}

std::set<std::string> referred_columns(const Schema& schema, const Table& table, bool under_prefix) {
    std::set<std::string> columns;
    for (const auto* tables : {&schema.tables, &schema.other_tables}) {
        for (const auto& [name, other] : *tables) {
            for (const auto& key : other.foreign_keys) {
                if (!refers_to(key, table, under_prefix)) continue;
                if (const mautic::Column* column = table.find(key.referenced_column))
                    columns.insert(column->name);
            }
        }
    }
    for (const mautic::OutsideKey& key : schema.outside_keys) {
        if (key.referenced_real_table != table.real_name) continue;
        if (const mautic::Column* column = table.find(key.referenced_column)) columns.insert(column->name);
    }
    return columns;
}

RowsOf rows_of(const DataMap& map, const std::string& table, bool under_prefix) {
    if (!map.knows_table(table, under_prefix)) return RowsOf::undecided;
    RowsOf rows = RowsOf::nobody;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table) || (!under_prefix && entry.has_prefix)) continue;
        if (entry.tie.kind == Tie::Kind::none || entry.switch_name == policy::switches::own_company) continue;
        const bool is_shared = entry.tie.kind == Tie::Kind::shared || entry.tie.kind == Tie::Kind::part;
        if (!is_shared) return RowsOf::contacts;
        rows = RowsOf::several;
    }
    return rows;
}

std::map<std::string, Reach> reached_by_keys(const DataMap& map, const Schema& schema,
                                             const std::set<std::string>& tied) {
    Graph graph(map, schema, tied);
    graph.spread();
    return graph.reach();
}

}  // namespace gdprd::discovery
