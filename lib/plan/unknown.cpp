#include "plan/unknown.h"

#include <algorithm>
#include <set>

#include "mautic/column_name.h"
#include "plan/column_decision.h"
#include "plan/copies.h"
#include "plan/plan.h"
#include "policy/switches.h"

namespace gdprd::plan {

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

// Rows that several contacts may share. What hangs on a company is the company's.
bool holds_shared_rows(const mautic::DataMap& map, const std::string& table) {
    return std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
        return entry.table == table && entry.tie.kind == mautic::Tie::Kind::shared &&
               entry.switch_name != policy::switches::own_company;
    });
}

struct FoundTie {
    std::string reason;
    std::optional<mautic::Tie> tie;  // nothing where it cannot be shown whose the rows are
};

FoundTie tie_to_contacts(const mautic::ForeignKey& key) {
    FoundTie found{"foreign key " + key.column + " to leads", std::nullopt};
    if (!mautic::is_same_column(key.referenced_column, "id")) return found;  // of an address, for example
    found.tie.emplace();
    found.tie->kind = mautic::Tie::Kind::column;
    found.tie->column = key.column;
    return found;
}

FoundTie tie_to_rows_of_contacts(const mautic::ForeignKey& key) {
    FoundTie found{"foreign key " + key.column + " to " + key.referenced_table, mautic::Tie{}};
    found.tie->kind = mautic::Tie::Kind::parent;
    found.tie->column = key.column;
    found.tie->parent = key.referenced_table;
    found.tie->parent_column = key.referenced_column;
    return found;
}

// A column whose name says so; one with a foreign key holds what that refers to, which is something else.
std::vector<FoundTie> ties_by_name(const Table& table) {
    std::vector<FoundTie> found;
    for (const char* name : {"lead_id", "contact_id"}) {
        const Column* column = table.find(name);
        if (column == nullptr || table.is_foreign_key(column->name)) continue;
        const std::string reason = "a column named " + column->name;
        if (!column->is_integer()) {
            found.push_back({reason + " of type " + column->column_type, std::nullopt});
            continue;
        }
        found.push_back({reason, mautic::Tie{}});
        found.back().tie->kind = mautic::Tie::Kind::column;
        found.back().tie->column = column->name;
    }
    return found;
}

// All the ways in which a table the map does not know is tied to contacts: a row may be found by the one and
// not by the other. A table without Mautic's prefix may be another program's, whose `contact_id` means
// something else: only foreign keys count there. What ids a copy holds, nobody knows.
std::vector<FoundTie> ties_of(const mautic::DataMap& map, const Schema& schema, const Table& table,
                              bool has_prefix) {
    std::vector<FoundTie> found;
    std::set<std::string> columns;
    for (const auto& key : table.foreign_keys) {
        if (key.referenced_table == "leads" && columns.insert(key.column).second) {
            found.push_back(tie_to_contacts(key));
        }
    }
    for (const auto& key : table.foreign_keys) {
        if (key.referenced_table != "leads" && holds_contact_rows(map, key.referenced_table) &&
            columns.insert(key.column).second) {
            found.push_back(tie_to_rows_of_contacts(key));
        } else if (holds_shared_rows(map, key.referenced_table) && columns.insert(key.column).second) {
            found.push_back({"foreign key " + key.column + " to " + key.referenced_table +
                                 ", whose rows several contacts may share",
                             std::nullopt});
        }
    }
    if (!found.empty()) return found;
    if (const std::string original = copied_table(map, schema, table); !original.empty()) {
        return {{"a copy of " + original +
                     ", or another Mautic's table: it holds contact data, and nothing shows whose",
                 std::nullopt}};
    }
    if (!has_prefix) return found;
    found = ties_by_name(table);
    // Without a prefix any program's tables look like Mautic's, and many call their own customers so.
    for (FoundTie& tie : found) {
        if (schema.prefix.empty() && tie.tie && mautic::is_same_column(tie.tie->column, "contact_id")) {
            tie.reason += ", which may be another program's";
            tie.tie.reset();
        }
    }
    return found;
}

// What [policy] unknown = "delete" does with a column of a table nobody described. What says which row it is
// and what it refers to stays; the rest is emptied by its type.
mautic::ColumnRule remedy_for(const Table& table, const Column& column, const std::vector<FoundTie>& ties) {
    mautic::ColumnRule rule;
    const bool is_key = table.is_in_primary_key(column.name) || table.is_foreign_key(column.name);
    const bool holds_text = column.is_text() || column.is_binary();
    const bool ties_it = std::any_of(ties.begin(), ties.end(), [&](const FoundTie& found) {
        return found.tie && found.tie->column == column.name;
    });
    if (is_key || ties_it || (!holds_text && !column.nullable)) {
        rule.why = "Says which row it is, or a NOT NULL number or date.";
        rule.search = mautic::Search::strong;
        return rule;
    }
    rule.action = column.unique && column.is_text() ? mautic::Action::new_random : mautic::Action::remove;
    rule.why = "Not in the data map; [policy] unknown = \"delete\".";
    return rule;
}

std::optional<TableEntry> remedy_for(const Table& table, std::size_t which, const std::vector<FoundTie>& ties,
                                     const mautic::DataMap& map, bool has_prefix) {
    const auto& tie = ties[which].tie;
    if (!tie) return std::nullopt;
    if (tie->kind == mautic::Tie::Kind::parent && map.find(tie->parent) == nullptr) return std::nullopt;
    TableEntry entry;
    entry.table = table.name;
    entry.part = which == 0 ? "" : tie->column;
    entry.has_prefix = has_prefix;
    entry.tie = *tie;
    // A row that names somebody else too is left: nothing shows which of them its texts are about.
    for (const FoundTie& other : ties) {
        if (other.tie && other.tie->column != tie->column) {
            entry.tie.conditions.push_back({other.tie->column, {}, true});
        }
    }
    entry.why = "A table that is not in the data map; [policy] unknown = \"delete\".";
    for (const Column& column : table.columns) {
        entry.columns.emplace(column.name, remedy_for(table, column, ties));
    }
    return entry;
}

void add_unknown_table(const mautic::DataMap& map, const Schema& schema, const Table& table, bool has_prefix,
                       const policy::FieldPolicy& policy, std::vector<Unknown>& found) {
    const auto ties = ties_of(map, schema, table, has_prefix);
    for (std::size_t i = 0; i < ties.size(); ++i) {
        Unknown unknown{table.name, "", ties[i].reason, remedy_for(table, i, ties, map, has_prefix), false};
        if (unknown.remedy && !unknown.remedy->tie.conditions.empty()) {
            unknown.reason += "; rows that another column ties too are left";
        }
        unknown.emptied = policy.unknown == policy::UnknownRule::remove && unknown.remedy.has_value();
        found.push_back(std::move(unknown));
    }
}

// Somebody has put a view where Mautic had a table: what it shows is stored under another name.
void add_view(const mautic::DataMap& map, const Schema& schema, const Table& view,
              std::vector<Unknown>& found) {
    const bool holds_contacts =
        std::any_of(map.entries.begin(), map.entries.end(), [&](const TableEntry& entry) {
            return entry.is_about(view.name) && entry.tie.kind != mautic::Tie::Kind::none;
        });
    if (!holds_contacts || schema.find(view.name) != nullptr) return;
    found.push_back(
        {view.name, "", "a view in the place of a table: what it shows is stored elsewhere", {}, false});
}

bool is_known_column(const mautic::DataMap& map, const Table& table, const Column& column) {
    bool known = false;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        if (entry.delete_rows || entry.tie.kind == mautic::Tie::Kind::none) return true;
        known = known || entry.rule_for(column.name) != nullptr ||
                mautic::is_same_column(entry.tie.column, column.name);
    }
    return known;
}

void add_unknown_columns(const mautic::DataMap& map, const Table& table, const policy::FieldPolicy& policy,
                         std::vector<Unknown>& found) {
    const bool has_contact_fields = std::any_of(
        map.entries.begin(), map.entries.end(),
        [&](const TableEntry& entry) { return entry.is_about(table.name) && entry.contact_fields; });
    for (const Column& column : table.columns) {
        const bool holds_text = column.is_text() || column.is_binary();
        // All that stands in the contact's own row is decided by the policy.
        const bool decided_by_policy =
            has_contact_fields || override_of(policy, table.name, column.name) != nullptr;
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
            add_unknown_columns(map, table, policy, found);
        } else {
            add_unknown_table(map, schema, table, true, policy, found);
        }
    }
    for (const auto& [name, table] : schema.other_tables) {
        if (!map.knows_table(name)) add_unknown_table(map, schema, table, false, policy, found);
    }
    for (const auto& [name, view] : schema.views) {
        if (name.starts_with(schema.prefix)) add_view(map, schema, view, found);
    }
    return found;
}

}  // namespace gdprd::plan
