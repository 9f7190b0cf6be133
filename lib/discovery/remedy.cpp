#include "discovery/remedy.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/text.h"
#include "columns/column_step.h"
#include "discovery/column_evidence.h"
#include "discovery/column_words.h"

namespace gdprd::discovery {

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
constexpr std::array<std::string_view, 5> of_conditions{"status", "active", "inactive", "enabled",
                                                        "disabled"};
// What somebody agreed to or refused, or that no message reaches them. A date of it proves it.
constexpr std::array<std::string_view, 69> of_consents{
    "consent",      "consents",     "consented",   "confirmed",    "confirmation", "confirmations",
    "opt",          "optin",        "optout",      "opted",        "dnc",          "doi",
    "subscribed",   "unsubscribed", "unsubscribe", "unsubscribes", "suppressed",   "suppression",
    "suppressions", "bounced",      "bounce",      "bounces",      "complained",   "complaint",
    "complaints",   "revoked",      "revocation",  "revocations",  "withdrawn",    "withdrawal",
    "withdrawals",  "blocked",      "blacklisted", "blacklist",    "blocklist",    "denylist",
    "stopped",      "allowed",      "allow",       "denied",       "permission",   "permissions",
    "agreed",       "agreement",    "agreements",  "accepted",     "acceptance",   "declined",
    "refused",      "rejected",     "approved",    "granted",      "preference",   "preferences",
    "excluded",     "ignored",      "muted",       "objected",     "objection",    "objections",
    "gdpr",         "dsgvo",        "privacy",     "verified",     "verification", "einwilligung",
    "abmeldung",    "widerruf",     "widerspruch"};
constexpr std::array<std::string_view, 4> of_consents_together{"donot", "optin", "optout", "unsubscri"};
constexpr std::array<std::string_view, 4> of_queues{"queue", "queues", "outbox", "outbound"};
// What is waiting there may be what another system still has to be told: that somebody opted out, or is to be
// deleted.
constexpr std::array<std::string_view, 14> of_orders_together{
    "sync",   "crm",       "delete", "deletion",    "erase",   "erasure", "forget",
    "bounce", "complaint", "export", "integration", "webhook", "push",    "removal"};
constexpr std::array<std::string_view, 5> of_jobs{"job", "jobs", "pending", "spool", "queued"};
constexpr std::array<std::string_view, 8> of_operations{"action",  "operation", "event", "type",
                                                        "command", "method",    "verb",  "topic"};
// A rendered message to the person. A payload may be anything.
constexpr std::array<std::string_view, 9> of_messages{
    "body", "message", "text", "subject", "recipient", "html", "content", "plaintext", "recipients"};
constexpr std::array<std::string_view, 5> of_failures{"error", "failure", "exception", "response", "log"};
// In the name of a table: its rows say who agreed to what, or who must not be written to.
constexpr std::array<std::string_view, 31> of_protection{
    "doi",          "opt",        "permission",  "permissions",  "preference",    "preferences",
    "blocked",      "block",      "blocks",      "stop",         "stops",         "stopped",
    "agreement",    "agreements", "privacy",     "objection",    "objections",    "withdrawal",
    "withdrawals",  "revocation", "revocations", "exclusion",    "exclusions",    "bounce",
    "bounces",      "complaint",  "complaints",  "confirmation", "confirmations", "verification",
    "verifications"};
constexpr std::array<std::string_view, 20> of_protection_together{
    "optin",    "optout",    "donot",    "unsubscri", "suppress",     "blacklist", "blocklist",
    "denylist", "stoplist",  "consent",  "gdpr",      "dsgvo",        "dnc",       "doubleopt",
    "robinson", "abmeldung", "widerruf", "widerspr",  "einwilligung", "abbestell"};
// In the name of a text: it may be the words that somebody agreed to.
constexpr std::array<std::string_view, 9> of_agreed_texts{
    "consent", "consents", "optin", "agreement", "agreed", "agreements", "gdpr", "dsgvo", "einwilligung"};
constexpr std::array<std::string_view, 6> of_identities{"number", "external", "token",
                                                        "hash",   "uuid",     "account"};
constexpr std::array<std::string_view, 7> of_measures{"value", "salary",   "income",   "lat",
                                                      "lng",   "latitude", "longitude"};
// A small number is enough for them.
constexpr std::array<std::string_view, 9> of_traits{"age", "gender", "sex",      "weight",  "height",
                                                    "dob", "birth",  "religion", "children"};
// Beside the word for a state: what somebody wrote, or who it was.
constexpr std::array<std::string_view, 13> of_remarks{"name",    "comment", "comments", "reason", "feedback",
                                                      "ip",      "phone",   "mobile",   "email",  "remark",
                                                      "remarks", "note",    "address"};
constexpr std::array<std::string_view, 5> of_number_texts{"ip", "phone", "mobile", "tel", "msisdn"};
// The last word of a key that a program made.
constexpr std::array<std::string_view, 7> of_made_keys{"id", "uuid", "guid", "key", "hash", "token", "code"};

bool is_of_consent(const Words& words) {
    return has_one_of(words, of_consents) || contains_one_of(words, of_consents_together);
}

// Long enough for the words that somebody agreed to, or for a remark.
bool holds_words(const Column& column) {
    if (column.data_type == "enum" || column.data_type == "set") return false;
    constexpr std::uint64_t words_min = 64;
    return column.json || ((column.is_text() || column.is_binary()) &&
                           column.characters_max.value_or(words_min) >= words_min);
}

bool may_protect_the_person(const Table& table) {
    const Words name = words_of(table.name);
    if (has_one_of(name, of_protection) || contains_one_of(name, of_protection_together)) return true;
    return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
        const Words words = words_of(column.name);
        // "consent_status" is a word of a vocabulary, however long its column is.
        const bool is_proof = has_one_of(words, of_agreed_texts) && !has_one_of(words, of_conditions);
        return (is_proof && holds_words(column)) || (is_of_consent(words) && column.is_temporal());
    });
}

bool is_queue(const Table& table) {
    const std::string name = to_lower(table.name);
    return std::any_of(of_queues.begin(), of_queues.end(),
                       [&](std::string_view end) { return std::string_view(name).ends_with(end); });
}

template <std::size_t N>
bool has_column_of(const Table& table, const std::array<std::string_view, N>& wanted) {
    return std::any_of(table.columns.begin(), table.columns.end(),
                       [&](const Column& column) { return has_one_of(words_of(column.name), wanted); });
}

bool holds_messages(const Table& table) {
    return std::any_of(table.columns.begin(), table.columns.end(), [](const Column& column) {
        const Words words = words_of(column.name);
        return (column.is_text() || column.is_binary()) && has_one_of(words, of_messages) &&
               !has_one_of(words, of_failures);
    });
}

// Without its rows, or with empty ones, another system would go on as before.
bool may_hold_orders(const Table& table) {
    const Words name = words_of(table.name);
    const bool names_orders = contains_one_of(name, of_orders_together);
    const bool has_operation = has_column_of(table, of_operations);
    if (is_queue(table)) return names_orders || has_operation || !holds_messages(table);
    return has_operation && (names_orders || (!name.empty() && has_one_of(Words{name.back()}, of_jobs)));
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

struct Decision {
    ColumnRule rule;
    std::string undecided{};  // why it stays although it may hold something of a person
};

Decision stays(const char* why, const std::string& undecided) {
    ColumnRule rule = kept(why);
    rule.search = mautic::Search::all;
    return {rule, undecided};
}

bool ties_a_row(const Column& column, const RowTies& ties) {
    return ties.others.contains(column.name) ||
           std::any_of(ties.usable.begin(), ties.usable.end(),
                       [&](const Tie& tie) { return tie.column == column.name; });
}

bool is_reference(const Table& table, const Column& column, const RowTies& ties) {
    return table.is_in_primary_key(column.name) || table.is_foreign_key(column.name) ||
           ties_a_row(column, ties);
}

bool is_measured(const Words& words) {
    return has_one_of(words, of_measures) || has_one_of(words, of_traits);
}

bool is_flag(const Column& column, const Words& words) {
    if (column.data_type == "bit") return true;
    const bool asks = !words.empty() && (words.front() == "is" || words.front() == "has");
    return column.data_type == "tinyint" && (asks || !has_one_of(words, of_traits));
}

bool holds_text(const Column& column) { return column.is_text() || column.is_binary(); }

// An address of a network, a place, a UUID: what its name says tells nothing.
bool is_of_another_type(const Column& column) {
    return !holds_text(column) && !column.is_number() && !column.is_temporal();
}

bool may_hold_a_person(const Column& column) {
    const Words words = words_of(column.name);
    return holds_text(column) || is_of_another_type(column) || may_name_a_person(column) ||
           is_measured(words) || has_one_of(words, of_identities);
}

// A state that is more than a state: "unsubscribe_comment", "accepted_name", "consent_ip".
bool says_more_than_a_state(const Column& column, const Words& words) {
    constexpr std::uint64_t vocabulary_max = 255;
    if (column.is_number()) return !is_flag(column, words) && has_one_of(words, of_number_texts);
    if (column.is_temporal() || column.data_type == "enum" || column.data_type == "set") return false;
    if (!holds_text(column) || has_one_of(words, of_remarks)) return true;
    const bool is_vocabulary =
        words.back() == "status" && column.characters_max && *column.characters_max <= vocabulary_max;
    return !is_vocabulary && holds_words(column);
}

// A key that is a name or an address rather than a number of the row.
bool may_be_a_natural_key(const Table& table, const Column& column, const Words& words) {
    if (!table.is_in_primary_key(column.name) || table.is_foreign_key(column.name)) return false;
    const bool is_made = words.empty() || has_one_of(Words{words.back()}, of_made_keys);
    return may_name_a_person(column) || (holds_text(column) && !is_made);
}

bool may_be_random(const Table& table, const Column& column) {
    return columns::why_impossible(table, column, Action::new_random, 0).empty();
}

// A value of its own in each row keeps a key of several columns as it is.
Decision in_a_key(const Table& table, const Column& column) {
    if (may_be_random(table, column) &&
        (may_name_a_person(column) || has_one_of(words_of(column.name), of_identities))) {
        return {emptied(Action::new_random)};
    }
    if (!may_hold_a_person(column)) return {kept("Part of a unique key, and by its name of nobody.")};
    return stays("Part of a unique key.", "part of a unique key of several columns, which stays as it is");
}

Decision wanted_for(const Table& table, const Column& column) {
    if (column.unique_with_others) return in_a_key(table, column);
    const bool is_of_person = may_hold_a_person(column);
    if (!column.nullable && column.unique) {
        if (may_be_random(table, column)) return {emptied(Action::new_random)};
        if (is_of_person) return stays("Each row needs a value of its own.", "its value can only be once");
    } else if (column.nullable || holds_text(column) || is_of_another_type(column) ||
               may_name_a_person(column) || is_measured(words_of(column.name))) {
        return {emptied()};
    } else if (is_of_person) {
        return stays("Needs a value, and may say who it is.", "a NOT NULL number that may say who it is");
    }
    return {kept("A NOT NULL number or date, by its name of nobody.")};
}

Decision decision_for(const Table& table, const Column& column, const RowTies& ties) {
    const Words words = words_of(column.name);
    if (is_reference(table, column, ties)) {
        if (!ties_a_row(column, ties) && may_be_a_natural_key(table, column, words)) {
            return stays("Says which row it is.", "part of the primary key, which stays as it is");
        }
        return {kept("Says which row it is, or what it refers to.")};
    }
    if (std::find(bookkeeping.begin(), bookkeeping.end(), column.name) != bookkeeping.end()) {
        return {kept("When the row was made and changed, and by which member of staff.")};
    }
    if (has_one_of(words, of_conditions) || is_of_consent(words)) {
        return says_more_than_a_state(column, words)
                   ? stays("A state, a consent or an opt-out, and perhaps more.",
                           "it may say more than a state, a consent or an opt-out")
                   : Decision{kept(
                         "A state, a consent or an opt-out: without it the row would say something else.")};
    }
    if (is_flag(column, words)) return {kept("A flag.")};
    // A number in another system is no reference of this one's.
    const bool is_external = std::find(words.begin(), words.end(), "external") != words.end();
    if (column.is_integer() && !words.empty() && words.back() == "id" && !is_external) {
        return {kept("A number that refers to something.")};
    }
    if (ties.referred_columns.contains(column.name)) {
        return may_hold_a_person(column) ? stays("Other rows refer to it.", "other rows refer to it")
                                         : Decision{kept("Other rows refer to it.")};
    }
    Decision decision = wanted_for(table, column);
    if (decision.rule.action == Action::keep || column.generated) return decision;
    if (column.checked) return stays("A CHECK may refuse another value.", "a CHECK may refuse another value");
    if (column.computed_from) {
        return stays("Another value may be refused by what is computed from it.",
                     "a generated column or an index is computed from it");
    }
    const std::string why_not = columns::why_impossible(table, column, decision.rule.action, 0);
    return why_not.empty() ? decision : stays("Cannot be emptied.", why_not);
}

}  // namespace

EmptiedColumns emptied_columns(const Table& table, const RowTies& ties) {
    EmptiedColumns emptied;
    for (const Column& column : table.columns) {
        const Decision decision = decision_for(table, column, ties);
        if (!decision.undecided.empty()) emptied.undecided.emplace(column.name, decision.undecided);
        emptied.rules.emplace(column.name, decision.rule);
    }
    return emptied;
}

Remedy remedy_for(const Table& table, const RowTies& ties, bool has_prefix) {
    Remedy remedy;
    if (ties.usable.empty()) return remedy;
    if (may_protect_the_person(table)) {
        remedy.refused = "left, because it may hold opt-outs or the proof of a consent";
        return remedy;
    }
    if (may_hold_orders(table)) {
        remedy.refused =
            "left, because what waits there may be an opt-out that another system has to be told";
        return remedy;
    }
    for (const std::string& other : ties.others) {
        if (table.find(other)->nullable) continue;
        remedy.refused = "left, because " + other + " may name another contact in each row";
        return remedy;
    }
    // Unless others refer to its rows, which would go with them, or keep them.
    const bool delete_rows = is_queue(table) && ties.referred_columns.empty();
    EmptiedColumns emptied;
    if (!delete_rows) emptied = emptied_columns(table, ties);
    remedy.undecided = std::move(emptied.undecided);
    for (const Tie& tie : ties.usable) {
        TableEntry entry;
        entry.table = table.name;
        entry.part = remedy.entries.empty() ? "" : tie.column;
        entry.has_prefix = has_prefix;
        entry.tie = tie;
        for (const Tie& other : ties.usable) {
            if (other.column != tie.column) entry.tie.conditions.push_back({other.column, {}, true});
        }
        for (const std::string& other : ties.others) entry.tie.conditions.push_back({other, {}, true});
        entry.why = "A table that is not in the data map; [policy] unknown = \"delete\".";
        entry.delete_rows = delete_rows;
        entry.columns = emptied.rules;
        remedy.entries.push_back(std::move(entry));
    }
    return remedy;
}

bool may_be_emptied(const Table& table, const Column& column, const std::set<std::string>& referred_columns) {
    if (may_protect_the_person(table) || may_hold_orders(table)) return false;
    return decision_for(table, column, {{}, {}, referred_columns}).rule.action != Action::keep;
}

}  // namespace gdprd::discovery
