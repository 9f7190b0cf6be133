#include "orphans/gone_contacts.h"

#include <algorithm>

#include "orphans/contact_rows.h"
#include "orphans/row_ids.h"

namespace gdprd::orphans {

using database::quote_identifier;

namespace {

constexpr std::size_t ids_per_statement = 500;

}  // namespace

GoneContacts::GoneContacts(database::Connection& connection, const erasure::Rules& rules)
    : connection_(connection),
      rules_(rules),
      list_(quote_identifier(rules.ledger_database) + ".`gone_contact`"),
      erasure_(quote_identifier(rules.ledger_database) + ".`erasure`") {}

std::string GoneContacts::mautic_table(const std::string& name) const {
    return quote_identifier(rules_.plan->table_prefix + name);
}

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
        connection_.change("INSERT IGNORE INTO " + list_ + " (contact_id, seen_at) VALUES " + values, {},
                           "gone_contact: add");
    }
}

std::vector<ContactId> GoneContacts::to_judge(Timestamp until, std::size_t contacts_max) {
    const auto found =
        ids("SELECT contact_id FROM " + list_ + " WHERE deleted = 0 AND seen_at <= '" + format_utc(until) +
                "' ORDER BY contact_id LIMIT " + std::to_string(contacts_max),
            "gone_contact: read");
    return {found.begin(), found.end()};
}

std::vector<ContactId> GoneContacts::deleted(std::optional<ContactId> after, std::size_t contacts_max) {
    const std::string from = after ? " AND contact_id > " + std::to_string(*after) : "";
    const auto found = ids("SELECT contact_id FROM " + list_ + " WHERE deleted = 1" + from +
                               " ORDER BY contact_id LIMIT " + std::to_string(contacts_max),
                           "gone_contact: read");
    return {found.begin(), found.end()};
}

std::uint64_t GoneContacts::deleted_count() {
    auto rows =
        connection_.select("SELECT COUNT(*) FROM " + list_ + " WHERE deleted = 1", {}, "gone_contact: count");
    return rows.next() ? rows.number(0) : 0;
}

bool GoneContacts::is_empty() {
    return ids("SELECT contact_id FROM " + list_ + " LIMIT 1", "gone_contact: look").empty();
}

void GoneContacts::note_deleted(std::span<const ContactId> contacts, bool deleted) {
    if (contacts.empty()) return;
    connection_.change("UPDATE " + list_ + " SET deleted = " + (deleted ? "1" : "0") +
                           " WHERE contact_id IN " + list_of(contacts),
                       {}, "gone_contact: note");
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

// The merges last: a contact that is gone has left their traces before.
GoneContacts::Verdict GoneContacts::judge(std::span<const ContactId> contacts) {
    Verdict verdict;
    if (contacts.empty()) return verdict;
    const std::string list = list_of(contacts);
    const auto there =
        ids("SELECT id FROM " + quote_identifier(rules_.plan->contact_table) + " WHERE id IN " + list,
            "leads: look who is there");
    const auto held =
        ids("SELECT contact_id FROM " + erasure_ + " WHERE contact_id IN " + list + " AND status = 'held'",
            "ledger: look who is on hold");
    std::map<ContactId, ContactId> merged;
    auto records =
        connection_.select("SELECT merged_id, MAX(contact_id) FROM " + mautic_table("contact_merge_records") +
                               " WHERE merged_id IN " + list + " GROUP BY merged_id",
                           {}, "contact_merge_records: look for them");
    while (records.next()) merged.emplace(records.number(0), records.number(1));
    for (const ContactId id :
         ids("SELECT DISTINCT object_id FROM " + mautic_table("audit_log") +
                 " WHERE object = 'lead' AND object_id IN " + list + " AND action = 'merge'",
             "audit_log: look for merges")) {
        merged.emplace(id, 0);
    }
    for (const ContactId id : contacts) {
        if (there.contains(id)) {
            verdict.back.push_back(id);
        } else if (held.contains(id)) {
            verdict.held.push_back(id);
        } else if (const auto winner = merged.find(id); winner != merged.end()) {
            verdict.merged.insert(*winner);
        } else {
            verdict.deleted.push_back(id);
        }
    }
    return verdict;
}

bool GoneContacts::all_deleted(std::span<const ContactId> contacts) {
    return judge(contacts).deleted.size() == contacts.size();
}

}  // namespace gdprd::orphans
