#include "discovery/unknown_tables.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>

#include "base/text.h"
#include "discovery/column_evidence.h"
#include "discovery/copies.h"
#include "discovery/key_reach.h"
#include "discovery/remedy.h"
#include "mautic/column_name.h"

namespace gdprd::discovery {

namespace {

using mautic::Column;
using mautic::DataMap;
using mautic::Schema;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;
using policy::FieldPolicy;

constexpr const char* not_under_prefix = "not under Mautic's prefix";

// Without a prefix any program's tables look like Mautic's, and many call their own customers so.
bool may_be_another_programs(const Schema& schema, const Table& table) {
    return schema.prefix.empty() || may_be_another_mautics(schema, table);
}

bool is_named_like_core_ids(const Column& column) {
    return mautic::is_same_column(column.name, "lead_id") ||
           mautic::is_same_column(column.name, "contact_id");
}

std::string reason_by_name(const Schema& schema, const Table& table, const Column& column) {
    std::string reason = "a column named " + column.name;
    if (!column.is_integer()) return reason + " of type " + column.column_type;
    return may_be_another_programs(schema, table) ? reason + ", which may be another program's" : reason;
}

using Reaches = std::map<std::string, Reach>;  // by real names

// What leads to contacts: with what samples hold, which only `coverage` has; by the schema, as every plan
// sees it; and by more than looks.
struct AllReaches {
    Reaches all;
    Reaches by_schema;
    Reaches certain;
};

Reach reach_of(const Reaches& reaches, const Table& table) {
    const auto found = reaches.find(table.real_name);
    return found == reaches.end() ? Reach{} : found->second;
}

bool holds_addresses(const Schema& schema, const Table& table) {
    const auto sample = schema.samples.find(table.real_name);
    return sample != schema.samples.end() && !sample->second.empty();
}

// It was to be sampled, and could not be read.
bool is_unread(const Schema& schema, const Table& table) {
    const auto sample = schema.samples.find(table.real_name);
    return sample != schema.samples.end() && sample->second.empty();
}

// A table that the map does not know, and all that leads from it to contacts.
class UnknownTable {
  public:
    UnknownTable(const DataMap& map, const Schema& schema, const Table& table, bool under_prefix)
        : map_(map),
          schema_(schema),
          table_(table),
          under_prefix_(under_prefix),
          columns_(column_evidence(table, schema)),
          copied_(copied_table(map, schema, table)) {}

    // Something else than a key ties it to contacts, so that what hangs on it is tied to them too. A table
    // without Mautic's prefix may be another program's, whose `contact_id` means something else.
    bool is_tied_by_names() const {
        return under_prefix_ && (!columns_.ids.empty() || !columns_.personal.empty());
    }
    bool is_tied() const { return has_addresses() || is_tied_by_names(); }

    // The same by more than looks.
    bool is_tied_for_certain() const {
        return under_prefix_ && !may_be_another_programs(schema_, table_) &&
               std::any_of(columns_.ids.begin(), columns_.ids.end(),
                           [](const Column* column) { return may_be_a_contact_id(*column); });
    }

    void report(const AllReaches& reaches, const FieldPolicy& policy, std::vector<Unknown>& found) const {
        const Reach reach = reach_of(reaches.all, table_);
        const bool without_keys = reach.reasons.empty();
        Unknown unknown{table_.name, table_.real_name, "", ""};
        std::vector<std::string> reasons = reach.reasons;
        const std::vector<std::string> columns = reasons_by_column(without_keys);
        unknown.leads_to_contacts =
            !without_keys || !copied_.empty() || has_addresses() || (under_prefix_ && !columns.empty());
        unknown.is_certain =
            reaches.certain.contains(table_.real_name) || !copied_.empty() || is_tied_for_certain();
        if (has_addresses()) reasons.push_back(reason_by_content());
        reasons.insert(reasons.end(), columns.begin(), columns.end());
        Remedy remedy;
        if (policy.unknown == policy::UnknownRule::remove && is_found_by_name()) {
            remedy = remedy_by(reaches.by_schema);
            if (!remedy.refused.empty()) reasons.push_back(remedy.refused);
            const bool leaves_rows =
                !remedy.entries.empty() && !remedy.entries.front().tie.conditions.empty();
            if (leaves_rows) reasons.emplace_back("rows that another column ties too are left");
            // One that is tied in a way nobody can follow row by row stays unknown, whatever is emptied in
            // it.
            unknown.emptied = !remedy.entries.empty() && !reach.is_referred_to &&
                              remedy.entries.front().tie.conditions.size() + 1 == remedy.entries.size();
            unknown.remedies = std::move(remedy.entries);
        }
        if (!under_prefix_) reasons.emplace_back(not_under_prefix);
        if (is_unread(schema_, table_)) reasons.emplace_back("its rows were not looked into");
        if (reasons.empty()) reasons.emplace_back("nothing in it points to contacts");
        unknown.reason = join(reasons, "; ");
        found.push_back(std::move(unknown));
        for (const auto& [column, why] : remedy.undecided) {
            found.push_back({table_.name, table_.real_name, column, why});
        }
    }

  private:
    // A step names its table without the prefix, and one under the prefix goes first.
    bool is_found_by_name() const { return under_prefix_ || schema_.find(table_.name) == nullptr; }

    bool has_addresses() const { return holds_addresses(schema_, table_); }

    // "e-mail addresses in name (3 of the newest 100 rows)"; without a key no row is newer than another.
    std::string reason_by_content() const {
        const std::string rows = table_.primary_key.empty() ? " of " : " of the newest ";
        std::vector<std::string> columns;
        for (const auto& sampled : schema_.samples.at(table_.real_name)) {
            columns.push_back(sampled.column + " (" + std::to_string(sampled.with_address) + rows +
                              std::to_string(sampled.rows) + " rows)");
        }
        return "e-mail addresses in " + join(columns, ", ");
    }

    std::vector<std::string> reasons_by_column(bool without_keys) const {
        std::vector<std::string> reasons;
        if (without_keys && !copied_.empty()) {
            reasons.push_back("a copy of " + copied_ +
                              ", or another Mautic's table: it holds contact data, and nothing shows whose");
            return reasons;
        }
        for (const Column* column : columns_.ids) reasons.push_back(reason_by_name(schema_, table_, *column));
        if (!without_keys || !reasons.empty()) return reasons;
        add(reasons, "named like something of a person: ", columns_.personal);
        add(reasons, "free text: ", columns_.free_text);
        if (reasons.empty()) add(reasons, "of the type of a contact's id: ", columns_.same_type);
        return reasons;
    }

    static void add(std::vector<std::string>& reasons, const char* what,
                    const std::vector<std::string>& columns) {
        if (!columns.empty()) reasons.push_back(what + join(columns, ", "));
    }

    Remedy remedy_by(const Reaches& reaches) const {
        const Reach reach = reach_of(reaches, table_);
        RowTies ties;
        ties.usable = usable_ties(reach.reasons.empty());
        if (ties.usable.empty()) {
            Remedy remedy;
            if (under_prefix_ && !ids_by_name().empty() && has_own_addresses()) {
                remedy.refused =
                    "left, because nothing but that name ties its rows, and their addresses may be others'";
            }
            return remedy;
        }
        if (may_be_another_mautics(schema_, table_)) {
            Remedy remedy;
            remedy.refused = "left, because it may be another Mautic's";
            return remedy;
        }
        if (const std::string sharing = who_shares(reaches); !sharing.empty()) {
            Remedy remedy;
            remedy.refused = "left, because " + sharing + " leads to it and several contacts may share a row";
            return remedy;
        }
        ties.others = other_columns(reach, ties.usable);
        ties.referred_columns = referred_columns(schema_, table_, under_prefix_);
        return remedy_for(table_, ties, under_prefix_);
    }

    // The ways in which a row can be shown to be one contact's: its keys to `leads` and to rows of contacts
    // that the map knows, or, without any key that leads there, a number in `lead_id` or `contact_id`.
    std::vector<Tie> usable_ties(bool without_keys) const {
        std::vector<Tie> ties;
        std::set<std::string> columns;
        for (const bool to_contacts : {true, false}) {
            for (const auto& key : table_.foreign_keys) {
                if ((key.referenced_table == "leads") != to_contacts) continue;
                if (is_usable(key) && columns.insert(key.column).second) ties.push_back(tie_by(key));
            }
        }
        if (!without_keys || !copied_.empty() || !under_prefix_ || may_be_another_programs(schema_, table_)) {
            return ties;
        }
        // A column's name against the row's own word: the number may be another system's.
        if (!ids_by_name().empty() && has_own_addresses()) return ties;
        for (const Column* column : ids_by_name()) {
            ties.push_back(tie_by({column->name, "leads", "id"}));
        }
        return ties;
    }

    std::vector<const Column*> ids_by_name() const {
        std::vector<const Column*> ids;
        std::copy_if(columns_.ids.begin(), columns_.ids.end(), std::back_inserter(ids),
                     [](const Column* one) { return is_named_like_core_ids(*one) && one->is_integer(); });
        return ids;
    }

    // By a column that is named like an e-mail address its rows say themselves whose they are.
    bool has_own_addresses() const {
        return std::any_of(table_.columns.begin(), table_.columns.end(),
                           [](const Column& column) { return names_an_address(column); });
    }

    // A key by itself, whose name does not say that it is about somebody with a part of its own.
    bool is_usable(const mautic::ForeignKey& key) const {
        if (key.of_several_columns) return false;
        if (key.referenced_table == "leads") {
            return mautic::is_same_column(key.referenced_column, "id") && names_the_contact(key.column);
        }
        const TableEntry* parent = map_.find(key.referenced_table);
        const Table* table = schema_.find(key.referenced_table);
        const bool is_tied = parent != nullptr &&
                             (parent->tie.kind == Tie::Kind::column || parent->tie.kind == Tie::Kind::parent);
        return is_tied && table != nullptr && !names_a_part(key.column) && table->primary_key.size() == 1 &&
               mautic::is_same_column(table->primary_key.front(), key.referenced_column);
    }

    static Tie tie_by(const mautic::ForeignKey& key) {
        Tie tie;
        tie.column = key.column;
        tie.kind = key.referenced_table == "leads" ? Tie::Kind::column : Tie::Kind::parent;
        if (tie.kind == Tie::Kind::parent) {
            tie.parent = key.referenced_table;
            tie.parent_column = key.referenced_column;
        }
        return tie;
    }

    // Whatever else in a row may be another contact.
    std::set<std::string> other_columns(const Reach& reach, const std::vector<Tie>& usable) const {
        std::set<std::string> others = reach.own_columns;
        for (const auto& key : table_.foreign_keys) {
            if (key.referenced_table == "leads") others.insert(key.column);
        }
        for (const Column& column : table_.columns) {
            // "contact_note_id" is the row's own number.
            const bool is_own_number = table_.primary_key.size() == 1 &&
                                       table_.is_in_primary_key(column.name) &&
                                       !names_the_contact(column.name);
            if (!is_own_number && !table_.is_foreign_key(column.name) && may_be_a_contact_id(column)) {
                others.insert(column.name);
            }
        }
        for (const Tie& tie : usable) others.erase(tie.column);
        return others;
    }

    // A table that refers to this one, over any number of others.
    struct Referring {
        const Table* table;
        bool under_prefix;
        std::string column;  // by which it refers to this one, or to one before it
    };

    // The nearest first.
    std::vector<Referring> referring_tables() const {
        std::vector<Referring> found{{&table_, under_prefix_, ""}};
        for (std::size_t next = 0; next < found.size(); ++next) {
            for (const auto* tables : {&schema_.tables, &schema_.other_tables}) {
                for (const auto& [name, other] : *tables) {
                    if (is_among(found, other)) continue;
                    for (const auto& key : other.foreign_keys) {
                        if (!refers_to(key, *found[next].table, found[next].under_prefix)) continue;
                        found.push_back({&other, tables == &schema_.tables, key.column});
                        break;
                    }
                }
            }
        }
        return found;
    }

    static bool is_among(const std::vector<Referring>& tables, const Table& table) {
        return std::any_of(tables.begin(), tables.end(),
                           [&](const Referring& one) { return one.table == &table; });
    }

    // A table in whose rows contacts of their own stand, and which refers to this one, or to a table that
    // does so: "members.room_id".
    std::string who_shares(const Reaches& reaches) const {
        const std::vector<Referring> referring = referring_tables();
        for (const Referring& one : referring) {
            if (one.table == &table_ || !holds_contacts(one, referring, reaches)) continue;
            return one.table->name + '.' + one.column;
        }
        return {};
    }

    // `referring`: what leads to contacts through this very table makes no contact of its own.
    bool holds_contacts(const Referring& one, const std::vector<Referring>& referring,
                        const Reaches& reaches) const {
        const Table& other = *one.table;
        const RowsOf rows = rows_of(map_, other.name, one.under_prefix);
        if (rows != RowsOf::undecided) return rows != RowsOf::nobody;
        const Reach reach = reach_of(reaches, other);
        const auto stays_among = [&](const mautic::ForeignKey& key) {
            return std::any_of(referring.begin(), referring.end(), [&](const Referring& parent) {
                return refers_to(key, *parent.table, parent.under_prefix);
            });
        };
        const bool by_key = std::any_of(
            other.foreign_keys.begin(), other.foreign_keys.end(), [&](const mautic::ForeignKey& key) {
                return reach.own_columns.contains(key.column) && !stays_among(key);
            });
        return by_key || std::any_of(other.columns.begin(), other.columns.end(), [&](const Column& column) {
                   return !other.is_foreign_key(column.name) && may_be_a_contact_id(column);
               });
    }

    const DataMap& map_;
    const Schema& schema_;
    const Table& table_;
    const bool under_prefix_;
    const ColumnEvidence columns_;
    const std::string copied_;
};

}  // namespace

void add_unknown_tables(const DataMap& map, const Schema& schema, const FieldPolicy& policy,
                        std::vector<Unknown>& found) {
    std::vector<UnknownTable> tables;
    std::set<std::string> tied;  // real names
    std::set<std::string> tied_by_names;
    std::set<std::string> tied_for_certain;
    for (const auto* all : {&schema.tables, &schema.other_tables}) {
        const bool under_prefix = all == &schema.tables;
        for (const auto& [name, table] : *all) {
            if (map.knows_table(name, under_prefix)) continue;
            tables.emplace_back(map, schema, table, under_prefix);
            if (tables.back().is_tied()) tied.insert(table.real_name);
            if (tables.back().is_tied_by_names()) tied_by_names.insert(table.real_name);
            if (tables.back().is_tied_for_certain()) tied_for_certain.insert(table.real_name);
        }
    }
    const AllReaches reaches{reached_by_keys(map, schema, tied), reached_by_keys(map, schema, tied_by_names),
                             reached_by_keys(map, schema, tied_for_certain)};
    for (const UnknownTable& table : tables) table.report(reaches, policy, found);
}

}  // namespace gdprd::discovery
