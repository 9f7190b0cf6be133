#include "restore/other_ids.h"

#include <algorithm>
#include <map>
#include <set>
#include <span>

#include "base/text.h"
#include "ledger/addresses.h"
#include "ledger/ledger.h"
#include "mautic/id_list.h"
#include "policy/hash.h"

namespace gdprd::restore {

namespace {

// What an erasure of another id knew an address by.
struct Erased {
    ContactId contact = 0;
    Timestamp at{};
    bool is_of_merged = false;
};

bool is_open(const Record& row) {
    return row.tells_of_erasure() && row.status != ledger::Status::superseded &&
           row.status != ledger::Status::held;
}

// With many keys of former times an address has many hashes, and a statement has 65,535 parameters at most.
constexpr std::size_t hashes_at_a_time = 4'096;

using ErasedByHash = std::multimap<std::string, Erased>;

// A re-subscription closes what the erasure knew by any address.
void add_erased(database::Connection& connection, const std::string& ledger_database,
                std::span<const std::string> hashes, ErasedByHash& found) {
    ledger::Ledger ledger(connection, ledger_database);
    for (const Record& row : ledger.find_by_subject(hashes)) {
        if (is_open(row) && row.erased_at)
            found.emplace(row.subject_hash, Erased{row.contact, *row.erased_at});
    }
    std::map<ContactId, bool> open;  // as its current record says
    for (const ledger::ErasedAddress& one :
         ledger::ErasedAddresses(connection, ledger_database).find(hashes)) {
        // What only the log has may be of whoever had the id before.
        if (one.contact == 0 || one.kind == AddressKind::former) continue;
        const auto [known, is_new] = open.try_emplace(one.contact, false);
        if (is_new) {
            const auto record = ledger.find(one.contact);
            known->second = record && is_open(*record);
        }
        if (!known->second) continue;
        found.emplace(one.hash, Erased{one.contact, one.noted_at, one.kind == AddressKind::merged});
    }
}

std::set<ContactId> ids_there(database::Connection& connection, const std::string& contacts,
                              const std::set<ContactId>& wanted) {
    std::set<ContactId> there;
    if (wanted.empty()) return there;
    const std::vector<ContactId> list(wanted.begin(), wanted.end());
    const mautic::IdList ids(list);
    auto rows = connection.select("SELECT id FROM " + contacts + " WHERE id IN " + ids.placeholders(),
                                  ids.parameters(), "leads: which are there");
    while (rows.next()) there.insert(rows.number(0));
    return there;
}

}  // namespace

OtherIds::OtherIds(std::string table_prefix, std::string ledger_database, const AddressHashes& hashes,
                   std::optional<Timestamp> since, std::size_t page_rows)
    : contacts_(database::quote_identifier(table_prefix + "leads")),
      ledger_database_(std::move(ledger_database)),
      hashes_(hashes),
      since_(since),
      page_rows_(page_rows) {}

std::vector<OtherIds::Contact> OtherIds::read_page(database::Connection& connection) {
    std::vector<Contact> page;
    std::size_t rows_read = 0;
    auto rows =
        connection.select("SELECT id, email, date_added FROM " + contacts_ + " WHERE id > " +
                              std::to_string(after_) + " ORDER BY id LIMIT " + std::to_string(page_rows_),
                          {}, "leads: look for people under other ids");
    for (; rows.next(); ++rows_read) {
        after_ = rows.number(0);
        const std::string address = rows.text(1);
        if (trimmed(address).empty() || policy::Hasher::has_hash_shape(trimmed(address))) continue;
        page.push_back({after_, rows.time(2).value_or(Timestamp{}), hashes_.hashes_of(address)});
    }
    is_at_end_ = rows_read < page_rows_;
    return page;
}

std::optional<std::vector<ContactId>> OtherIds::next(database::Connection& connection) {
    if (is_at_end_) return std::nullopt;
    const std::vector<Contact> page = read_page(connection);
    std::vector<std::string> hashes;
    for (const Contact& one : page) hashes.insert(hashes.end(), one.hashes.begin(), one.hashes.end());
    std::vector<ContactId> found;
    if (hashes.empty()) return found;
    ErasedByHash erased;
    for (std::size_t at = 0; at < hashes.size(); at += hashes_at_a_time) {
        const auto part = std::span(hashes).subspan(at, std::min(hashes_at_a_time, hashes.size() - at));
        add_erased(connection, ledger_database_, part, erased);
    }
    std::set<ContactId> others;
    for (const auto& [hash, one] : erased) others.insert(one.contact);
    const auto there = ids_there(connection, contacts_, others);
    ledger::Ledger ledger(connection, ledger_database_);
    for (const Contact& contact : page) {
        const auto tells = [&](const Erased& one) {
            return one.contact != contact.id && contact.added < one.at && (!since_ || one.at >= *since_) &&
                   (one.is_of_merged || !there.contains(one.contact));
        };
        const bool is_known =
            std::any_of(contact.hashes.begin(), contact.hashes.end(), [&](const std::string& hash) {
                const auto [begin, end] = erased.equal_range(hash);
                return std::any_of(begin, end, [&](const auto& entry) { return tells(entry.second); });
            });
        if (!is_known) continue;
        const auto own = ledger.find(contact.id);
        if (!own || !own->tells_of_erasure()) found.push_back(contact.id);
    }
    return found;
}

}  // namespace gdprd::restore
