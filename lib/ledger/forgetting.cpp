#include "ledger/forgetting.h"

#include <algorithm>

#include "base/error.h"
#include "database/placeholders.h"
#include "ledger/columns.h"
#include "mautic/id_list.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

// As last_told(). GREATEST() of a NULL is NULL.
constexpr std::string_view told_last =
    "GREATEST(COALESCE(last_pass_at, '1000-01-01'), COALESCE(erased_at, '1000-01-01'),"
    " COALESCE(requested_at, '1000-01-01'))";
constexpr std::string_view is_finished = "status IN ('complete','superseded')";
constexpr std::string_view tells_of_erasure =
    "(erased_at IS NOT NULL OR passes > 0 OR rows_changed + rows_deleted > 0)";

// Without parameters: times, words and hexadecimal of ours.
std::string condition_of(const ForgettingRule& rule, std::string_view time) {
    std::string condition;
    if (rule.before) {
        condition += " AND " + std::string(time) + " < " + database::quote_text(format_utc(*rule.before));
    }
    if (rule.key) {
        std::string algorithms;
        for (const std::string& one : rule.key->algorithms) {
            algorithms += (algorithms.empty() ? "" : ",") + database::quote_text(one);
        }
        // A wrapped hash names two keys, and without either of them nobody can test a guess against it.
        const std::string key = database::quote_text(rule.key->key_id);
        condition += " AND algorithm IN (" + algorithms + ") AND (LEFT(COALESCE(key_id, ''), 16) = " + key +
                     " OR RIGHT(COALESCE(key_id, ''), 16) = " + key + ")";
    }
    return condition;
}

}  // namespace

Forgetting::Forgetting(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(database::quote_identifier(ledger_database)),
      ledger_(connection, ledger_database) {}

std::string Forgetting::table(const char* name) const { return database_ + ".`" + name + "`"; }

std::vector<ContactId> Forgetting::contacts(const ForgettingRule& rule, ContactId from, std::size_t max) {
    const std::string end = " ORDER BY 1 LIMIT " + std::to_string(max) + ")";
    const std::string is_next = "contact_id >= " + std::to_string(std::max<ContactId>(from, 1));
    const std::string is_not_under_way = " AND NOT EXISTS (SELECT 1 FROM " + table("erasure") +
                                         " c WHERE c.contact_id = o.contact_id AND NOT (c." +
                                         std::string(is_finished) + "))";
    // By their age addresses go with the erasure that met them.
    std::string of_no_known_erasure;
    for (const char* name : {"erasure", "former_erasure"}) {
        of_no_known_erasure += " AND NOT EXISTS (SELECT 1 FROM " + table(name) +
                               " k WHERE k.contact_id = o.contact_id AND k.forgotten_at IS NULL AND " +
                               std::string(tells_of_erasure) + ")";
    }
    const std::string of_records =
        " AND forgotten_at IS NULL AND " + std::string(tells_of_erasure) + condition_of(rule, told_last);
    Rows rows = connection_.select(
        "(SELECT contact_id FROM " + table("erasure") + " WHERE " + is_next + " AND " +
            std::string(is_finished) + of_records + end + " UNION (SELECT contact_id FROM " +
            table("former_erasure") + " o WHERE " + is_next + of_records + is_not_under_way + end +
            " UNION (SELECT contact_id FROM " + table("erased_address") + " o WHERE " + is_next +
            " AND address_hash IS NOT NULL" + condition_of(rule, "noted_at") + is_not_under_way +
            (rule.key ? "" : of_no_known_erasure) + end + " ORDER BY 1 LIMIT " + std::to_string(max),
        {}, "ledger: look for what is to be forgotten");
    std::vector<ContactId> found;
    while (rows.next()) found.push_back(rows.number(0));
    return found;
}

std::vector<ContactId> Forgetting::forgotten_contacts(ContactId from, std::size_t max) {
    Rows rows = connection_.select("SELECT contact_id FROM " + table("erasure") +
                                       " WHERE contact_id >= ? AND forgotten_at IS NOT NULL"
                                       " ORDER BY contact_id LIMIT ?",
                                   std::vector<Value>{from, std::uint64_t{max}},
                                   "ledger: look for what is forgotten");
    std::vector<ContactId> found;
    while (rows.next()) found.push_back(rows.number(0));
    return found;
}

namespace {

constexpr const char* filed_columns =
    "SELECT id, contact_id, address_hash, algorithm, key_id, kind, noted_at";

std::vector<FiledAddress> read_filed(Rows rows) {
    std::vector<FiledAddress> found;
    while (rows.next()) {
        const auto kind = address_kind_names.value_of(rows.text(5));
        if (!kind)
            throw Error("ledger: kind of address '" + rows.text(5) + "' is not one this program knows");
        found.push_back({rows.number(0),
                         {rows.number(1), rows.text(2), rows.text(3), rows.text(4), *kind,
                          rows.time(6).value_or(Timestamp{})}});
    }
    return found;
}

}  // namespace

std::vector<FiledAddress> Forgetting::addresses_of_nobody(const ForgettingRule& rule, std::size_t max) {
    return read_filed(connection_.select(std::string(filed_columns) + " FROM " + table("erased_address") +
                                             " WHERE contact_id = 0 AND address_hash IS NOT NULL" +
                                             condition_of(rule, "noted_at") + " ORDER BY id LIMIT " +
                                             std::to_string(max) + " FOR UPDATE",
                                         {}, "ledger: read the addresses of deleted contacts"));
}

std::uint64_t Forgetting::count_of_nobody(const ForgettingRule& rule) {
    Rows rows = connection_.select("SELECT COUNT(*) FROM " + table("erased_address") +
                                       " WHERE contact_id = 0 AND address_hash IS NOT NULL" +
                                       condition_of(rule, "noted_at"),
                                   {}, "ledger: count the addresses of deleted contacts");
    return rows.next() ? rows.number(0) : 0;
}

NotFinished Forgetting::not_finished(const ForgettingRule& rule) {
    Rows rows = connection_.select(
        "SELECT COALESCE(SUM(status <> 'held'), 0), COALESCE(SUM(status = 'held'), 0) FROM " +
            table("erasure") + " e WHERE NOT (" + std::string(is_finished) +
            ") AND ((forgotten_at IS NULL AND " + std::string(tells_of_erasure) +
            condition_of(rule, told_last) + ") OR EXISTS (SELECT 1 FROM " + table("former_erasure") +
            " WHERE former_erasure.contact_id = e.contact_id AND forgotten_at IS NULL" +
            condition_of(rule, told_last) + "))",
        {}, "ledger: count what cannot be forgotten yet");
    if (!rows.next()) return {};
    return {rows.number(0), rows.number(1)};
}

std::map<ContactId, ContactRows> Forgetting::rows_of(std::span<const ContactId> contacts) {
    std::map<ContactId, ContactRows> found;
    if (contacts.empty()) return found;
    for (const ContactId contact : contacts) found.try_emplace(contact);
    for (auto& [contact, record] : ledger_.lock(contacts)) found[contact].current = std::move(record);
    const mautic::IdList ids(contacts);
    Rows former =
        connection_.select("SELECT " + std::string(ledger_columns) + ", id FROM " + table("former_erasure") +
                               " WHERE contact_id IN " + ids.placeholders() +
                               " ORDER BY contact_id, COALESCE(erased_at, requested_at), id",
                           ids.parameters(), "ledger: read former records");
    while (former.next()) {
        FormerRecord one{former.number(ledger_column_count), read_ledger_row(former)};
        one.record.former = true;
        found[one.record.contact].former.push_back(std::move(one));
    }
    for (FiledAddress& one : read_filed(connection_.select(
             std::string(filed_columns) + " FROM " + table("erased_address") + " WHERE contact_id IN " +
                 ids.placeholders() + " AND address_hash IS NOT NULL ORDER BY contact_id, noted_at, id",
             ids.parameters(), "ledger: read addresses"))) {
        found[one.address.contact].addresses.push_back(std::move(one));
    }
    return found;
}

void Forgetting::forget(const RowsToForget& rows, Timestamp at) {
    const auto change = [&](const char* name, const char* key, std::span<const std::uint64_t> keys) {
        if (keys.empty()) return;
        const mautic::IdList ids(keys);
        std::vector<Value> parameters{format_utc(at)};
        parameters.insert(parameters.end(), ids.parameters().begin(), ids.parameters().end());
        connection_.change("UPDATE " + table(name) +
                               " SET subject_hash = NULL, key_id = NULL, hash_marks = '', salt = NULL,"
                               " forgotten_at = ? WHERE " +
                               key + " IN " + ids.placeholders(),
                           parameters, "ledger: forget hashes");
    };
    change("erasure", "contact_id", rows.records);
    change("former_erasure", "id", rows.former);
    if (rows.addresses.empty()) return;
    const mautic::IdList ids(rows.addresses);
    connection_.change("UPDATE " + table("erased_address") +
                           " SET address_hash = NULL, key_id = '', salt = NULL WHERE id IN " +
                           ids.placeholders(),
                       ids.parameters(), "ledger: forget addresses");
}

void Forgetting::forget_links(std::span<const ContactId> contacts) {
    if (contacts.empty()) return;
    const mautic::IdList ids(contacts);
    connection_.change("DELETE FROM " + table("sighting") + " WHERE kind = 'reappeared' AND former_id IN " +
                           ids.placeholders(),
                       ids.parameters(), "ledger: forget who came back");
    // What waits is told without a hash.
    connection_.change("UPDATE " + table("notification") +
                           " SET subject_hash = NULL WHERE subject_hash IS NOT NULL AND contact_id IN " +
                           ids.placeholders(),
                       ids.parameters(), "ledger: forget hashes that wait to be told");
    for (const char* name : {"audit_row", "audit_contact"}) {
        connection_.change("DELETE FROM " + table(name) + " WHERE contact_id IN " + ids.placeholders(),
                           ids.parameters(), "ledger: forget what an audit found");
    }
}

std::set<std::string> Forgetting::still_known(const std::set<std::string>& hashes) {
    std::set<std::string> known;
    constexpr std::size_t hashes_per_statement = 512;
    const std::vector<Value> all(hashes.begin(), hashes.end());
    for (std::size_t done = 0; done < all.size(); done += hashes_per_statement) {
        const auto some = std::span(all).subspan(done, std::min(hashes_per_statement, all.size() - done));
        std::vector<Value> parameters;
        const std::string list = database::in_list(some, parameters);
        const std::vector<Value> once = parameters;
        for (int again = 0; again < 2; ++again) parameters.insert(parameters.end(), once.begin(), once.end());
        Rows rows =
            connection_.select("SELECT subject_hash FROM " + table("erasure") + " WHERE subject_hash IN " +
                                   list + " UNION SELECT subject_hash FROM " + table("former_erasure") +
                                   " WHERE subject_hash IN " + list + " UNION SELECT address_hash FROM " +
                                   table("erased_address") + " WHERE address_hash IN " + list,
                               parameters, "ledger: look for hashes that others have");
        while (rows.next()) known.insert(rows.text(0));
    }
    return known;
}

std::optional<Timestamp> Forgetting::oldest_known() {
    const auto oldest = [&](const char* name) {
        return "SELECT MIN(COALESCE(erased_at, last_pass_at, requested_at)) AS at FROM " + table(name) +
               " WHERE forgotten_at IS NULL AND (subject_hash IS NOT NULL OR hash_marks <> '' OR " +
               std::string(tells_of_erasure) + ")";
    };
    Rows rows = connection_.select("SELECT MIN(at) FROM (" + oldest("erasure") + " UNION ALL " +
                                       oldest("former_erasure") + " UNION ALL SELECT MIN(noted_at) FROM " +
                                       table("erased_address") + " WHERE address_hash IS NOT NULL) AS of_all",
                                   {}, "ledger: look for the oldest hash");
    return rows.next() ? rows.time(0) : std::nullopt;
}

std::optional<Fingerprint> Forgetting::forget_fingerprints(Fingerprint after, Timestamp before,
                                                           std::size_t max, std::uint64_t& removed) {
    Rows rows = connection_.select(
        "SELECT MAX(fingerprint), COUNT(*) FROM (SELECT fingerprint FROM " + table("hash_fingerprint") +
            " WHERE fingerprint > ? ORDER BY fingerprint LIMIT ?) AS page",
        std::vector<Value>{after, std::uint64_t{max}}, "ledger: read fingerprints");
    if (!rows.next() || rows.number(1) == 0) return std::nullopt;
    const Fingerprint last = rows.number(0);
    removed += connection_.change("DELETE FROM " + table("hash_fingerprint") +
                                      " WHERE fingerprint > ? AND fingerprint <= ? AND noted_on <"
                                      " DATE_FORMAT(?, '%Y-%m-01')",
                                  std::vector<Value>{after, last, format_utc(before)},
                                  "ledger: forget fingerprints");
    return last;
}

std::uint64_t Forgetting::forget_fingerprints(const std::set<Fingerprint>& fingerprints) {
    std::uint64_t removed = 0;
    constexpr std::size_t at_a_time = 512;
    const std::vector<Value> all(fingerprints.begin(), fingerprints.end());
    for (std::size_t done = 0; done < all.size(); done += at_a_time) {
        std::vector<Value> parameters;
        const std::string list = database::in_list(
            std::span(all).subspan(done, std::min(at_a_time, all.size() - done)), parameters);
        removed +=
            connection_.change("DELETE FROM " + table("hash_fingerprint") + " WHERE fingerprint IN " + list,
                               parameters, "ledger: forget fingerprints");
    }
    return removed;
}

}  // namespace gdprd::ledger
