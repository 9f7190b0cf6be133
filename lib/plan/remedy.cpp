#include "plan/remedy.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "plan/column_evidence.h"
#include "plan/column_step.h"
#include "plan/column_words.h"

namespace gdprd::plan {

using mautic::Action;
using mautic::Column;
using mautic::ColumnRule;
using mautic::Table;
using mautic::TableEntry;
using mautic::Tie;

namespace {

constexpr const char* why_emptied = "Not in the data map; [policy] unknown = \"delete\".";

// What every entity of Mautic has: when it was made and changed, and by which member of staff.
constexpr std::array<std::string_view, 10> bookkeeping{
    "is_published", "date_added",       "created_by",  "created_by_user", "date_modified",
    "modified_by",  "modified_by_user", "checked_out", "checked_out_by",  "checked_out_by_user"};
constexpr std::array<std::string_view, 17> of_states{
    "status", "consent",    "consents", "consented",  "confirmed",    "opt",
    "optin",  "optout",     "opted",    "subscribed", "unsubscribed", "unsubscribe",
    "dnc",    "suppressed", "bounced",  "revoked",    "withdrawn"};
constexpr std::array<std::string_view, 5> of_queues{"queue", "queued", "queues", "outbox", "outbound"};
constexpr std::array<std::string_view, 5> of_proofs{"consent", "consents", "doi", "optin", "optins"};
constexpr std::array<std::string_view, 6> of_identities{"number", "external", "token",
                                                        "hash",   "uuid",     "account"};
constexpr std::array<std::string_view, 12> of_measures{"value",  "age",    "weight",   "height",
                                                       "salary", "income", "birth",    "dob",
                                                       "lat",    "lng",    "latitude", "longitude"};

// Long enough for the words that somebody agreed to.
bool holds_words(const Column& column) {
    constexpr std::uint64_t words_min = 256;
    return column.json || ((column.is_text() || column.is_binary()) &&
                           column.characters_max.value_or(words_min) >= words_min);
}

bool may_prove_consent(const Table& table) {
    const Words name = words_of(table.name);
    if (has_one_of(name, of_proofs) || contains_together(name, "doubleopt")) return true;
    return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
        const Words words = words_of(column.name);
        const auto has = [&](std::string_view word) {
            return std::find(words.begin(), words.end(), word) != words.end();
        };
        return (has("consent") && holds_words(column)) || (has("confirmed") && column.is_temporal());
    });
}

ColumnRule kept(const char* why) {
    ColumnRule rule;
    rule.why = why;
    rule.search = mautic::Search::strong;
    return rule;
}

ColumnRule emptied(Action action = Action::remove) {
    ColumnRule rule;
    rule.action = action;
    rule.why = why_emptied;
    return rule;
}

bool is_reference(const Table& table, const Column& column, const std::vector<Tie>& ties) {
    return table.is_in_primary_key(column.name) || table.is_foreign_key(column.name) ||
           std::any_of(ties.begin(), ties.end(), [&](const Tie& tie) { return tie.column == column.name; });
}

// A value of its own in each row keeps the key as it is.
bool may_be_random(const Table& table, const Column& column) {
    return why_impossible(table, column, Action::new_random, 0).empty() &&
           (may_name_a_person(column) || has_one_of(words_of(column.name), of_identities));
}

ColumnRule rule_for(const Table& table, const Column& column, const std::vector<Tie>& ties) {
    const Words words = words_of(column.name);
    const bool holds_text = column.is_text() || column.is_binary();
    if (is_reference(table, column, ties)) return kept("Says which row it is, or what it refers to.");
    if (std::find(bookkeeping.begin(), bookkeeping.end(), column.name) != bookkeeping.end()) {
        return kept("When the row was made and changed, and by which member of staff.");
    }
    if (has_one_of(words, of_states)) {
        return kept("A state, a consent or an opt-out: without it the row would say something else.");
    }
    if (column.is_integer() && !words.empty() && words.back() == "id") {
        return kept("A number that refers to something.");
    }
    if (column.unique_with_others) {
        return may_be_random(table, column) ? emptied(Action::new_random)
                                            : kept("Part of a unique key, and by its name of nobody.");
    }
    if (holds_text) return emptied(column.unique && column.is_text() ? Action::new_random : Action::remove);
    if (column.nullable || may_name_a_person(column) || has_one_of(words, of_measures)) return emptied();
    return kept("A NOT NULL number or date, by its name of nobody.");
}

}  // namespace

Remedy remedy_for(const Table& table, const std::vector<Tie>& ties, bool has_prefix) {
    Remedy remedy;
    if (ties.empty()) return remedy;
    if (may_prove_consent(table)) {
        remedy.refused = "left as it is, because it may be the proof of a consent";
        return remedy;
    }
    for (const Tie& tie : ties) {
        TableEntry entry;
        entry.table = table.name;
        entry.part = remedy.entries.empty() ? "" : tie.column;
        entry.has_prefix = has_prefix;
        entry.tie = tie;
        for (const Tie& other : ties) {
            if (other.column != tie.column) entry.tie.conditions.push_back({other.column, {}, true});
        }
        entry.why = "A table that is not in the data map; [policy] unknown = \"delete\".";
        entry.delete_rows = has_one_of(words_of(table.name), of_queues);
        for (const Column& column : table.columns) {
            if (!entry.delete_rows) entry.columns.emplace(column.name, rule_for(table, column, ties));
        }
        remedy.entries.push_back(std::move(entry));
    }
    for (const auto& [name, rule] : remedy.entries.front().columns) {
        const Column& column = *table.find(name);
        const bool is_text = column.is_text() || column.is_binary();
        if (rule.action == Action::keep && is_text && column.unique_with_others &&
            !is_reference(table, column, ties) && !has_one_of(words_of(name), of_states)) {
            remedy.undecided.push_back(name);
        }
    }
    return remedy;
}

}  // namespace gdprd::plan
