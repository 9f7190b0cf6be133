#include "orphans/gone_contacts.h"

#include <algorithm>

#include "orphans/contact_rows.h"
#include "orphans/row_ids.h"
#include "orphans/traces.h"

namespace gdprd::orphans {

using database::quote_identifier;

namespace {

constexpr std::size_t ids_per_statement = 500;

// What the list says of a contact, as stored.
constexpr const char* to_be_judged = "0";
constexpr const char* was_deleted = "1";
constexpr const char* waiting = "2";

}  // namespace

GoneContacts::GoneContacts(database::Connection& connection, const erasure::Rules& rules)
    : connection_(connection),
      rules_(rules),
      list_(quote_identifier(rules.ledger_database) + ".`gone_contact`"),
      erasure_(quote_identifier(rules.ledger_database) + ".`erasure`") {}

std::set<ContactId> GoneContacts::ids(const std::string& sql, const std::string& label) {
    auto rows = connection_.select(sql, {}, label);
    std::set<ContactId> ids;
    while (rows.next()) ids.insert(rows.number(0));
    return ids;
}

void GoneContacts::add(std::span<const ContactId> contacts) {
    for (std::size_t at = 0; at < contacts.size(); at += ids_per_statement) {
        const auto part = contacts.subspan(at, std::min(ids_per_statement, contacts.size() - at));
        const auto there = ids("SELECT id FROM " + quote_identifier(rules_.plan->contact_table) +
                                   " WHERE id IN " + list_of(part),
                               "leads: look who is there");
        const std::string seen_at = ",'" + format_utc(now()) + "')";
        std::string values;
        for (const ContactId id : part) {
            if (id == 0 || there.contains(id)) continue;
            values += (values.empty() ? "(" : ",(") + std::to_string(id) + seen_at;
        }
        if (values.empty()) continue;
        connection_.change("INSERT INTO " + list_ + " (contact_id, seen_at) VALUES " + values +
                               " ON DUPLICATE KEY UPDATE deleted = IF(deleted = " + waiting + ", " +
                               to_be_judged + ", deleted)",
                           {}, "gone_contact: add");
    }
}

std::vector<ContactId> GoneContacts::to_judge(Timestamp until, std::size_t contacts_max) {
    const auto found =
        ids("SELECT contact_id FROM " + list_ + " WHERE deleted = " + to_be_judged + " AND seen_at <= '" +
                format_utc(until) + "' ORDER BY contact_id LIMIT " + std::to_string(contacts_max),
            "gone_contact: read");
    return {found.begin(), found.end()};
}

std::vector<ContactId> GoneContacts::deleted(std::optional<ContactId> after, std::size_t contacts_max) {
    const std::string from = after ? " AND contact_id > " + std::to_string(*after) : "";
    const auto found = ids("SELECT contact_id FROM " + list_ + " WHERE deleted = " + was_deleted + from +
                               " ORDER BY contact_id LIMIT " + std::to_string(contacts_max),
                           "gone_contact: read");
    return {found.begin(), found.end()};
}

std::uint64_t GoneContacts::deleted_count() {
    auto rows = connection_.select("SELECT COUNT(*) FROM " + list_ + " WHERE deleted = " + was_deleted, {},
                                   "gone_contact: count");
    return rows.next() ? rows.number(0) : 0;
}

bool GoneContacts::is_empty() {
    return ids("SELECT contact_id FROM " + list_ + " WHERE deleted <> " + waiting + " LIMIT 1",
               "gone_contact: look")
        .empty();
}

bool GoneContacts::no_contacts() {
    return ids("SELECT id FROM " + quote_identifier(rules_.plan->contact_table) + " LIMIT 1",
               "leads: look whether it is empty")
        .empty();
}

void GoneContacts::note_deleted(std::span<const ContactId> contacts, bool deleted) {
    if (contacts.empty()) return;
    connection_.change("UPDATE " + list_ + " SET deleted = " + (deleted ? was_deleted : to_be_judged) +
                           " WHERE contact_id IN " + list_of(contacts),
                       {}, "gone_contact: note");
}

void GoneContacts::note_waiting(std::span<const ContactId> contacts) {
    if (contacts.empty()) return;
    connection_.change(
        "UPDATE " + list_ + " SET deleted = " + waiting + " WHERE contact_id IN " + list_of(contacts), {},
        "gone_contact: wait");
}

void GoneContacts::judge_waiting() {
    connection_.change("UPDATE " + list_ + " SET deleted = " + to_be_judged + " WHERE deleted = " + waiting,
                       {}, "gone_contact: judge again");
}

void GoneContacts::done(std::span<const ContactId> contacts) {
    if (contacts.empty()) return;
    connection_.change("DELETE FROM " + list_ + " WHERE contact_id IN " + list_of(contacts), {},
                       "gone_contact: done");
}

void GoneContacts::expect_deleted_before(database::Connection& connection,
                                         const std::string& ledger_database) {
    connection.change("INSERT IGNORE INTO " + quote_identifier(ledger_database) +
                          ".`gone_contact` (contact_id, seen_at) VALUES (" +
                          std::to_string(ContactRows::deleted_before) + ", UTC_TIMESTAMP(3))",
                      {}, "gone_contact: add");
}

GoneContacts::Verdict GoneContacts::judge(std::span<const ContactId> contacts, bool proven) {
    Verdict verdict;
    if (contacts.empty()) return verdict;
    const std::string list = list_of(contacts);
    const auto there =
        ids("SELECT id FROM " + quote_identifier(rules_.plan->contact_table) + " WHERE id IN " + list,
            "leads: look who is there");
    const auto held =
        ids("SELECT contact_id FROM " + erasure_ + " WHERE contact_id IN " + list + " AND status = 'held'",
            "ledger: look who is on hold");
    const auto named = still_named(connection_, rules_, contacts);
    const auto traces = read_traces(connection_, rules_, contacts);
    std::vector<ContactId> silent_ones;
    for (const ContactId id : contacts) {
        const Traces& of = traces.at(id);
        if (there.contains(id)) {
            verdict.back.push_back(id);
        } else if (held.contains(id)) {
            verdict.held.push_back(id);
        } else if (id == ContactRows::deleted_before) {
            verdict.deleted.push_back(id);
        } else if (named.contains(id)) {
            verdict.missing.push_back(id);
        } else if (const auto winner = of.winner()) {
            verdict.merged.emplace(id, *winner);
        } else if (proven || of.logged_as_deleted()) {
            verdict.deleted.push_back(id);
        } else {
            silent_ones.push_back(id);
        }
    }
    prove(silent_ones, verdict);
    std::sort(verdict.deleted.begin(), verdict.deleted.end());
    return verdict;
}

// Of those about whom Mautic's log says nothing.
void GoneContacts::prove(std::span<const ContactId> contacts, Verdict& verdict) {
    if (contacts.empty()) return;
    const bool is_empty = no_contacts();
    const auto lost = lost_a_row(connection_, rules_, contacts, is_empty);
    const auto gone_for_long =
        ids("SELECT contact_id FROM " + list_ + " WHERE contact_id IN " + list_of(contacts) +
                " AND seen_at <= '" + format_utc(now() - silent) + "'",
            "gone_contact: who is gone for long");
    for (const ContactId id : contacts) {
        const bool is_deleted = lost.contains(id) || (!is_empty && gone_for_long.contains(id));
        (is_deleted ? verdict.deleted : verdict.unproven).push_back(id);
    }
}

bool GoneContacts::all_deleted(std::span<const ContactId> contacts) {
    const std::set<ContactId> asked(contacts.begin(), contacts.end());
    const std::vector<ContactId> each(asked.begin(), asked.end());
    return judge(each, true).deleted.size() == each.size();
}

}  // namespace gdprd::orphans
