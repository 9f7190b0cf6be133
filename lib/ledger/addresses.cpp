#include "ledger/addresses.h"

#include <algorithm>
#include <bit>
#include <map>
#include <set>

#include "base/error.h"
#include "database/placeholders.h"
#include "ledger/columns.h"
#include "mautic/id_list.h"

namespace gdprd::ledger {

using database::Rows;
using database::Value;

namespace {

constexpr std::string_view address_columns = "contact_id, address_hash, algorithm, key_id, kind, noted_at";
constexpr const char* address_marks = "(?,?,?,?,?,?,?)";  // and the salt

AddressKind kind_from(const std::string& name) {
    if (const auto kind = address_kind_names.value_of(name)) return *kind;
    throw Error("ledger: kind of address '" + name + "' is not one this program knows");
}

ErasedAddress read_address(const Rows& rows) {
    return {rows.number(0),
            rows.text(1),
            rows.text(2),
            rows.text(3),
            kind_from(rows.text(4)),
            rows.time(5).value_or(Timestamp{})};
}

// A contact's hash and its wrapped form are one address by now.
void merge_doubles(std::vector<ErasedAddress>& addresses) {
    std::map<std::pair<ContactId, std::string>, ErasedAddress> merged;
    for (ErasedAddress& one : addresses) {
        const auto [there, is_new] = merged.try_emplace({one.contact, one.hash}, one);
        if (!is_new) there->second.kind = std::min(there->second.kind, one.kind);
    }
    addresses.clear();
    for (auto& [of, one] : merged) addresses.push_back(std::move(one));
}

// Not before anybody asked for it. Of clocks of several machines the one that is behind counts.
bool begun_at(const Record& record, Timestamp at) {
    const auto is_until = [&](const std::optional<Timestamp>& time) { return time && *time <= at; };
    return is_until(record.opted_out_at) || is_until(record.requested_at) || is_until(record.erased_at);
}

}  // namespace

const Record* erasure_of(std::span<const Record* const> records, Timestamp noted_at) {
    const Record* last = nullptr;
    for (const Record* record : records) {
        if (!record->tells_of_erasure()) continue;
        last = record;
        if (!record->last_pass_at || *record->last_pass_at < noted_at) continue;
        return begun_at(*record, noted_at) ? record : nullptr;
    }
    return last;
}

ErasedAddresses::ErasedAddresses(database::Connection& connection, const std::string& ledger_database)
    : connection_(connection),
      database_(database::quote_identifier(ledger_database)),
      table_(database_ + ".`erased_address`") {}

std::vector<ErasedAddress> ErasedAddresses::select(const std::string& condition,
                                                   std::span<const Value> parameters) {
    Rows rows = connection_.select("SELECT " + std::string(address_columns) + " FROM " + table_ +
                                       " a WHERE address_hash IS NOT NULL AND " + condition,
                                   parameters, "ledger: read addresses");
    std::vector<ErasedAddress> found;
    while (rows.next()) found.push_back(read_address(rows));
    return found;
}

std::vector<ErasedAddress> ErasedAddresses::find(std::span<const std::string> hashes) {
    if (hashes.empty()) return {};
    std::vector<Value> parameters;
    const std::vector<Value> values(hashes.begin(), hashes.end());
    const std::string list = database::in_list(values, parameters);
    return select("address_hash IN " + list + " ORDER BY contact_id, noted_at, id", parameters);
}

std::vector<ErasedAddress> ErasedAddresses::of_contacts(std::span<const ContactId> contacts) {
    if (contacts.empty()) return {};
    const mautic::IdList ids(contacts);
    return select("contact_id IN " + ids.placeholders() + " ORDER BY contact_id, noted_at, id",
                  ids.parameters());
}

std::vector<ErasedAddress> ErasedAddresses::page(const std::optional<ErasedAddress>& after, std::size_t max) {
    const std::string order = " ORDER BY contact_id, address_hash, noted_at LIMIT ?";
    const std::uint64_t limit = max;
    if (!after) return select("TRUE" + order, std::vector<Value>{limit});
    const std::string time = format_utc(after->noted_at);
    return select(
        "contact_id >= ? AND (contact_id > ? OR (contact_id = ? AND (address_hash > ? OR"
        " (address_hash = ? AND noted_at > ?))))" +
            order,
        std::vector<Value>{after->contact, after->contact, after->contact, after->hash, after->hash, time,
                           limit});
}

void ErasedAddresses::complete(std::vector<ErasedAddress>& addresses, const policy::Hasher& hasher) {
    std::vector<std::string> unknown;
    for (const ErasedAddress& one : addresses) {
        if (!one.algorithm.empty()) continue;
        unknown.push_back(one.hash);
        if (auto wrapped = hasher.wrapped(one.hash)) unknown.push_back(*std::move(wrapped));
    }
    if (unknown.empty()) return;
    std::map<std::string, ErasedAddress> known;
    for (ErasedAddress& one : find(unknown)) known.emplace(one.hash, std::move(one));
    for (ErasedAddress& one : addresses) {
        if (!one.algorithm.empty()) continue;
        auto filed = known.find(one.hash);
        if (filed == known.end()) filed = known.find(hasher.wrapped(one.hash).value_or(one.hash));
        if (filed == known.end()) continue;
        one.hash = filed->second.hash;
        one.algorithm = filed->second.algorithm;
        one.key_id = filed->second.key_id;
    }
    const auto passed_over =
        std::erase_if(addresses, [](const ErasedAddress& one) { return one.algorithm.empty(); });
    if (passed_over > 0) begin_filing_anew();
    merge_doubles(addresses);
}

void ErasedAddresses::begin_filing_anew() {
    connection_.change(
        "DELETE FROM " + database_ + ".`mark` WHERE name IN (?, ?, ?)",
        std::vector<Value>{std::string(FilingMarks::done), std::string(FilingMarks::contacts_reached),
                           std::string(FilingMarks::mails_reached)},
        "ledger: file addresses anew");
}

// Erased contacts have the hash in their address, which is an index there; of those that Mautic has deleted
// since, mails without a contact are left, by another index.
void ErasedAddresses::take_for_filed_if_new(const std::string& table_prefix) {
    const auto has_none = [&](const std::string& table, const std::string& condition) {
        return !connection_
                    .select("SELECT 1 FROM " + table + condition + " LIMIT 1", {},
                            "ledger: look for earlier erasures")
                    .next();
    };
    const auto of_mautic = [&](const char* name) { return database::quote_identifier(table_prefix + name); };
    constexpr const char* is_hash = " REGEXP '^([0-9a-f]{32}|[0-9a-f]{64})$'";
    const bool is_new =
        has_none(database_ + ".`erasure`", "") && has_none(database_ + ".`former_erasure`", "") &&
        has_none(of_mautic("leads"), std::string(" WHERE email NOT LIKE '%@%' AND email") + is_hash) &&
        has_none(of_mautic("email_stats"),
                 std::string(" WHERE lead_id IS NULL AND email_address NOT LIKE '%@%' AND email_address") +
                     is_hash);
    if (!is_new) return;
    connection_.change("INSERT IGNORE INTO " + database_ + ".`mark` (name, at) VALUES (?, ?)",
                       std::vector<Value>{std::string(FilingMarks::done), format_utc(now())},
                       "ledger: nothing is to be filed");
}

// The contacts are locked, so nobody else notes anything of theirs. What an earlier erasure of theirs has
// noted does not count: an address that two of them met is both's.
void ErasedAddresses::note(std::vector<ErasedAddress> addresses, const policy::Hasher& hasher,
                           std::span<const ContactId> going_on) {
    complete(addresses, hasher);
    if (addresses.empty()) return;
    if (!going_on.empty()) {
        const mautic::IdList ids(going_on);
        std::map<std::pair<ContactId, std::string>, AddressKind> known;
        for (const ErasedAddress& one :
             select("contact_id IN " + ids.placeholders() +
                        " AND noted_at > COALESCE((SELECT MAX(f.last_pass_at) FROM " + database_ +
                        ".`former_erasure` f WHERE f.contact_id = a.contact_id), '1000-01-01')",
                    ids.parameters())) {
            const auto [there, is_new] = known.try_emplace({one.contact, one.hash}, one.kind);
            if (!is_new) there->second = std::min(there->second, one.kind);
        }
        std::erase_if(addresses, [&](const ErasedAddress& one) {
            const auto there = known.find({one.contact, one.hash});
            return there != known.end() && there->second <= one.kind;
        });
    }
    insert("INSERT INTO ", addresses);
}

void ErasedAddresses::add(std::span<const ErasedAddress> addresses) {
    if (addresses.empty()) return;
    std::vector<ContactId> contacts;
    for (const ErasedAddress& one : addresses) contacts.push_back(one.contact);
    const mautic::IdList ids(contacts);
    std::set<std::pair<ContactId, Timestamp>> forgotten;
    Rows rows =
        connection_.select("SELECT DISTINCT contact_id, noted_at FROM " + table_ + " WHERE contact_id IN " +
                               ids.placeholders() + " AND address_hash IS NULL",
                           ids.parameters(), "ledger: look for addresses that are forgotten");
    while (rows.next()) forgotten.emplace(rows.number(0), rows.time(1).value_or(Timestamp{}));
    std::vector<ErasedAddress> known(addresses.begin(), addresses.end());
    std::erase_if(known, [&](const ErasedAddress& one) {
        return forgotten.contains({one.contact, one.noted_at});
    });
    insert("INSERT IGNORE INTO ", known);
}

// A power of two at a time: few different statements to prepare.
void ErasedAddresses::insert(std::string_view verb, std::span<const ErasedAddress> addresses) {
    constexpr std::size_t rows_per_statement = 64;
    for (std::size_t done = 0; done < addresses.size();) {
        const std::size_t size = std::bit_floor(std::min(addresses.size() - done, rows_per_statement));
        std::string rows;
        std::vector<Value> parameters;
        for (const ErasedAddress& one : addresses.subspan(done, size)) {
            rows += (rows.empty() ? "" : ",") + std::string(address_marks);
            parameters.insert(parameters.end(),
                              {one.contact, one.hash, one.algorithm, one.key_id,
                               std::string(name_of(one.kind)), format_utc(one.noted_at), new_salt()});
        }
        connection_.change(
            std::string(verb) + table_ + " (" + std::string(address_columns) + ", salt) VALUES " + rows,
            parameters, "ledger: note addresses");
        done += size;
    }
}

}  // namespace gdprd::ledger
