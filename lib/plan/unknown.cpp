#include "plan/unknown.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "base/text.h"
#include "mautic/column_name.h"
#include "plan/column_decision.h"
#include "plan/column_evidence.h"
#include "plan/copies.h"
#include "plan/key_reach.h"
#include "plan/remedy.h"

namespace gdprd::plan {

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
bool may_be_another_programs(const Schema& schema, const Column& column) {
    return schema.prefix.empty() && mautic::is_same_column(column.name, "contact_id");
}

bool is_named_like_core_ids(const Column& column) {
    return mautic::is_same_column(column.name, "lead_id") ||
           mautic::is_same_column(column.name, "contact_id");
}

std::string reason_by_name(const Schema& schema, const Column& column) {
    std::string reason = "a column named " + column.name;
    if (!column.is_integer()) return reason + " of type " + column.column_type;
    return may_be_another_programs(schema, column) ? reason + ", which may be another program's" : reason;
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
    bool is_tied() const {
        return has_addresses() || (under_prefix_ && (!columns_.ids.empty() || !columns_.personal.empty()));
    }

    const std::string& real_name() const { return table_.real_name; }

    void report(const std::vector<std::string>& keys, const FieldPolicy& policy,
                std::vector<Unknown>& found) const {
        Unknown unknown{table_.name, table_.real_name, "", ""};
        std::vector<std::string> reasons = keys;
        const std::vector<std::string> columns = reasons_by_column(keys.empty());
        unknown.leads_to_contacts =
            !keys.empty() || !copied_.empty() || has_addresses() || (under_prefix_ && !columns.empty());
        if (has_addresses()) reasons.push_back(reason_by_content());
        reasons.insert(reasons.end(), columns.begin(), columns.end());
        const std::vector<Tie> ties = usable_ties(keys.empty());
        Remedy remedy;
        if (policy.unknown == policy::UnknownRule::remove && is_found_by_name()) {
            remedy = remedy_for(table_, ties, under_prefix_);
            if (!remedy.refused.empty()) reasons.push_back(remedy.refused);
            if (remedy.entries.size() > 1) reasons.emplace_back("rows that another column ties too are left");
            unknown.emptied = !remedy.entries.empty() && all_ties_usable(ties, keys);
            unknown.remedies = std::move(remedy.entries);
        }
        if (!under_prefix_) reasons.emplace_back(not_under_prefix);
        if (reasons.empty()) reasons.emplace_back("nothing in it points to contacts");
        unknown.reason = join(reasons, "; ");
        found.push_back(std::move(unknown));
        for (const std::string& column : remedy.undecided) {
            found.push_back({table_.name, table_.real_name, column,
                             "a text in a unique key of several columns, which stays as it is"});
        }
    }

  private:
    // A step names its table without the prefix, and one under the prefix goes first.
    bool is_found_by_name() const { return under_prefix_ || schema_.find(table_.name) == nullptr; }

    bool has_addresses() const { return schema_.samples.contains(table_.real_name); }

    // "e-mail addresses in name (3 of the newest 100 rows)"
    std::string reason_by_content() const {
        std::vector<std::string> columns;
        for (const auto& sampled : schema_.samples.at(table_.real_name)) {
            columns.push_back(sampled.column + " (" + std::to_string(sampled.with_address) +
                              " of the newest " + std::to_string(sampled.rows) + " rows)");
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
        for (const Column* column : columns_.ids) reasons.push_back(reason_by_name(schema_, *column));
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
        if (!without_keys || !copied_.empty() || !under_prefix_) return ties;
        for (const Column* column : columns_.ids) {
            if (!is_named_like_core_ids(*column) || !column->is_integer() ||
                may_be_another_programs(schema_, *column)) {
                continue;
            }
            ties.push_back(tie_by({column->name, "leads", "id"}));
        }
        return ties;
    }

    bool is_usable(const mautic::ForeignKey& key) const {
        if (key.referenced_table == "leads") return mautic::is_same_column(key.referenced_column, "id");
        const TableEntry* parent = map_.find(key.referenced_table);
        return parent != nullptr &&
               (parent->tie.kind == Tie::Kind::column || parent->tie.kind == Tie::Kind::parent);
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

    // One that is tied in a way nobody can follow row by row stays unknown, whatever is emptied in it.
    bool all_ties_usable(const std::vector<Tie>& ties, const std::vector<std::string>& keys) const {
        return keys.empty() ? ties.size() == columns_.ids.size() : ties.size() == keys.size();
    }

    const DataMap& map_;
    const Schema& schema_;
    const Table& table_;
    const bool under_prefix_;
    const ColumnEvidence columns_;
    const std::string copied_;
};

void add_unknown_tables(const DataMap& map, const Schema& schema, const FieldPolicy& policy,
                        std::vector<Unknown>& found) {
    std::vector<UnknownTable> tables;
    std::set<std::string> tied;  // real names
    for (const auto* all : {&schema.tables, &schema.other_tables}) {
        const bool under_prefix = all == &schema.tables;
        for (const auto& [name, table] : *all) {
            if (map.knows_table(name, under_prefix)) continue;
            tables.emplace_back(map, schema, table, under_prefix);
            if (tables.back().is_tied()) tied.insert(table.real_name);
        }
    }
    const auto keys = reached_by_keys(map, schema, tied);
    for (const UnknownTable& table : tables) {
        const auto of_table = keys.find(table.real_name());
        table.report(of_table == keys.end() ? std::vector<std::string>{} : of_table->second, policy, found);
    }
}

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

bool is_known_column(const DataMap& map, const Table& table, const Column& column) {
    bool known = false;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        if (entry.delete_rows || entry.is_about_nobody()) return true;
        known = known || entry.rule_for(column.name) != nullptr ||
                mautic::is_same_column(entry.tie.column, column.name);
    }
    return known;
}

void add_unknown_columns(const DataMap& map, const Table& table, const FieldPolicy& policy,
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
        found.push_back(
            {table.name, table.real_name, column.name, "a text column that is not in the data map"});
        found.back().emptied = policy.unknown == policy::UnknownRule::remove;
    }
}

// A word is shown where it is one of a program's.
bool is_word(const std::string& text) {
    constexpr std::size_t characters_max = 64;
    return !text.empty() && text.size() <= characters_max &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' || c == '.' || c == ':' ||
                      c == '-' || c == '\\';
           });
}

// Words of this column that some entry of the table names.
std::set<std::string> named_words(const DataMap& map, const Table& table, const Column& column) {
    std::set<std::string> words;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        for (const auto& condition : entry.tie.conditions) {
            if (!mautic::is_same_column(condition.column, column.name)) continue;
            words.insert(condition.values.begin(), condition.values.end());
        }
    }
    return words;
}

// Rows of one table are about this and that, and a plugin may write there about contacts in words of its own.
void add_unknown_words(const DataMap& map, const Schema& schema, const Table& table,
                       std::vector<Unknown>& found) {
    for (const Column& column : table.columns) {
        const auto words = schema.words.find(table.real_name + '.' + column.name);
        if (words == schema.words.end()) continue;
        const auto named = named_words(map, table, column);
        std::vector<std::string> shown;
        std::size_t others = 0;
        for (const std::string& word : words->second) {
            if (named.contains(word)) continue;
            if (is_word(word)) {
                shown.push_back(word);
            } else {
                ++others;
            }
        }
        if (others > 0) shown.push_back(std::to_string(others) + " that are no words");
        if (shown.empty()) continue;
        found.push_back({table.name, table.real_name, column.name,
                         "rows about what the data map does not name: " + join(shown, ", ")});
    }
}

}  // namespace

std::vector<Unknown> find_unknown(const DataMap& map, const Schema& schema, const FieldPolicy& policy) {
    std::vector<Unknown> found;
    for (const auto& [name, table] : schema.tables) {
        if (!map.knows_table(name)) continue;
        add_unknown_columns(map, table, policy, found);
        add_unknown_words(map, schema, table, found);
    }
    for (const auto& [name, table] : schema.other_tables) {
        if (map.knows_table(name, false)) add_unknown_columns(map, table, policy, found);
    }
    add_unknown_tables(map, schema, policy, found);
    for (const auto& [name, view] : schema.views) {
        if (name.starts_with(schema.prefix)) add_view(map, schema, view, found);
    }
    return found;
}

}  // namespace gdprd::plan
