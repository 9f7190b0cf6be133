#include "discovery/unknown_columns.h"

#include <algorithm>
#include <set>

#include "columns/column_decision.h"
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

bool is_known_column(const DataMap& map, const Table& table, const Column& column) {
    bool known = false;
    for (const TableEntry& entry : map.entries) {
        if (!entry.is_about(table.name)) continue;
        const bool is_reported = entry.tie.kind == Tie::Kind::undecided && entry.tie.conditions.empty();
        if (entry.delete_rows || entry.is_about_nobody() || is_reported) return true;
        known = known || entry.rule_for(column.name) != nullptr ||
                mautic::is_same_column(entry.tie.column, column.name);
    }
    return known;
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

}  // namespace

void add_unknown_columns(const DataMap& map, const Schema& schema, const Table& table, bool under_prefix,
                         const FieldPolicy& policy, std::vector<Unknown>& found) {
    const bool has_contact_fields = std::any_of(
        map.entries.begin(), map.entries.end(),
        [&](const TableEntry& entry) { return entry.is_about(table.name) && entry.contact_fields; });
    for (const Column& column : table.columns) {
        const bool holds_text = column.is_text() || column.is_binary();
        // An internet address, a place, what a newer server has.
        const bool is_of_another_type = !holds_text && !column.is_number() && !column.is_temporal();
        // All that stands in the contact's own row is decided by the policy.
        const bool decided_by_policy =
            has_contact_fields || columns::override_of(policy, table.name, column.name) != nullptr;
        if ((!holds_text && !is_of_another_type) || column.generated || decided_by_policy ||
            is_known_column(map, table, column))
            continue;
        found.push_back({table.name, table.real_name, column.name,
                         (holds_text ? "a text column" : "a column of type " + column.data_type) +
                             " that is not in the data map"});
        found.back().emptied = policy.unknown == policy::UnknownRule::remove &&
                               may_be_emptied(table, column, referred_columns(schema, table, under_prefix));
    }
}

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
        found.back().of_rows = true;
    }
}

}  // namespace gdprd::discovery
