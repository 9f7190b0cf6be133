#include "reconciliation/address_filing.h"

#include <algorithm>
#include <set>
#include <utility>

#include "background/checkpoints.h"
#include "mautic/id_list.h"
#include "policy/hash.h"

namespace gdprd::reconciliation {

using background::Checkpoints;
using database::Rows;
using database::Value;
using ledger::ErasedAddress;
using ledger::ErasedAddresses;
using ledger::Ledger;
using ledger::Record;

namespace {

constexpr std::string_view done = ledger::FilingMarks::done;
constexpr std::string_view contacts_reached = ledger::FilingMarks::contacts_reached;
constexpr std::string_view mails_reached = ledger::FilingMarks::mails_reached;

using Records = std::vector<const Record*>;  // of one contact, in the order of their times

std::map<ContactId, Records> by_contact(const std::map<ContactId, Record>& current,
                                        const std::vector<Record>& former) {
    std::map<ContactId, Records> records;
    for (const Record& row : former) records[row.contact].push_back(&row);
    for (const auto& [contact, row] : current) records[contact].push_back(&row);
    for (auto& [contact, of_contact] : records) {
        std::erase_if(of_contact, [](const Record* row) { return !row->tells_of_erasure(); });
    }
    return records;
}

Timestamp last_pass(const Record& row) {
    return row.last_pass_at.value_or(row.erased_at.value_or(row.requested_at.value_or(Timestamp{})));
}

// By how many digits it has, where no record tells: without a key.
void tell_by_length(ErasedAddress& address) {
    for (const policy::AlgorithmFacts& one : policy::all_algorithms()) {
        if (one.digits == address.hash.size()) address.algorithm = one.name;
    }
}

// Made by the erasure that came after the mail; with its key, if the hash is as long as those are.
ErasedAddress address_in_mail(const Records& records, const std::string& hash, Timestamp sent) {
    const auto met = std::find_if(records.begin(), records.end(),
                                  [&](const Record* row) { return last_pass(*row) >= sent; });
    const Record& by = met == records.end() ? *records.back() : **met;
    ErasedAddress address{by.contact, hash, "", "", AddressKind::seen, last_pass(by)};
    for (const Record* row : {&by, records.back(), records.front()}) {
        if (!address.algorithm.empty() || row->subject_hash.size() != hash.size()) continue;
        address.algorithm = row->algorithm;
        address.key_id = row->key_id;
    }
    if (address.algorithm.empty()) tell_by_length(address);
    return address;
}

}  // namespace

bool AddressFiling::is_done(database::Connection& connection, const std::string& ledger_database) {
    return Checkpoints(connection, ledger_database).time(done).has_value();
}

void AddressFiling::begin_anew(database::Connection& connection, const std::string& ledger_database) {
    ErasedAddresses(connection, ledger_database).begin_filing_anew();
}

void AddressFiling::begin(database::Connection& connection) {
    has_begun_ = true;
    if (!is_done(connection, options_.ledger_database)) return;
    for (const std::string_view mark : {contacts_reached, mails_reached}) {
        reached_[std::string(mark)] = 0;
        if (!options_.dry_run) Checkpoints(connection, options_.ledger_database).forget(mark);
    }
}

bool AddressFiling::next(database::Connection& connection) {
    if (!has_begun_) begin(connection);
    if (file_contacts(connection) || file_mails(connection)) return true;
    if (!options_.dry_run) Checkpoints(connection, options_.ledger_database).set_time(done, now());
    return false;
}

std::uint64_t AddressFiling::position(database::Connection& connection, std::string_view mark) const {
    const auto reached = reached_.find(mark);
    if (options_.dry_run && reached != reached_.end()) return reached->second;
    return Checkpoints(connection, options_.ledger_database).number(mark).value_or(0);
}

void AddressFiling::note(database::Connection& connection, std::span<const ErasedAddress> addresses) {
    for (const ErasedAddress& one : addresses) ++counts_.addresses[one.kind];
    if (!options_.dry_run) ErasedAddresses(connection, options_.ledger_database).add(addresses);
}

// The records are locked, so that no erasure notes the same in this moment.
bool AddressFiling::file_contacts(database::Connection& connection) {
    Ledger ledger(connection, options_.ledger_database);
    const auto page = ledger.page_of_erased(position(connection, contacts_reached), options_.page_rows);
    if (page.empty()) return false;
    std::vector<ContactId> contacts;
    for (const Record& row : page) contacts.push_back(row.contact);
    database::Transaction transaction(connection);
    note(connection, of_contacts(connection, contacts));
    counts_.contacts += contacts.size();
    reached_[std::string(contacts_reached)] = contacts.back();
    if (options_.dry_run) return true;
    Checkpoints(connection, options_.ledger_database).set_number(contacts_reached, contacts.back());
    transaction.commit();
    return true;
}

std::vector<ErasedAddress> AddressFiling::of_contacts(database::Connection& connection,
                                                      std::span<const ContactId> contacts) const {
    Ledger ledger(connection, options_.ledger_database);
    const auto current = ledger.lock(contacts);
    const auto former = ledger::latest_of_each(ledger.former(contacts));
    const auto records = by_contact(current, former);
    std::set<std::pair<const Record*, std::string>> known;
    for (const ErasedAddress& one :
         ErasedAddresses(connection, options_.ledger_database).of_contacts(contacts)) {
        known.emplace(ledger::erasure_of(records.at(one.contact), one.noted_at), one.hash);
    }
    std::vector<ErasedAddress> found;
    for (const auto& [contact, of_contact] : records) {
        for (const Record* row : of_contact) {
            if (row->subject_hash.empty() || !known.emplace(row, row->subject_hash).second) continue;
            found.push_back({contact, row->subject_hash, row->algorithm, row->key_id, AddressKind::current,
                             last_pass(*row)});
        }
    }
    const mautic::IdList ids(contacts);
    Rows mails = connection.select("SELECT lead_id, email_address, MIN(date_sent) FROM " +
                                       database::quote_identifier(options_.table_prefix + "email_stats") +
                                       " WHERE lead_id IN " + ids.placeholders() +
                                       " AND email_address NOT LIKE '%@%' GROUP BY lead_id, email_address",
                                   ids.parameters(), "email_stats: read the hashes of addresses");
    while (mails.next()) {
        const auto of_contact = records.find(mails.number(0));
        const std::string hash = mails.text(1);
        if (of_contact == records.end() || of_contact->second.empty()) continue;
        if (!policy::Hasher::has_hash_shape(hash)) continue;
        ErasedAddress address =
            address_in_mail(of_contact->second, hash, mails.time(2).value_or(Timestamp{}));
        const Record* met = ledger::erasure_of(of_contact->second, address.noted_at);
        if (known.emplace(met, hash).second) found.push_back(std::move(address));
    }
    return found;
}

// Mails of deleted contacts, whose erasure hashed the address. An address that is filed is found by that, and
// its mail may be that contact's: Mautic writes to staff, and to whom it did not know, without one. Through
// the index on the contact: in the order of ids.
bool AddressFiling::file_mails(database::Connection& connection) {
    const std::uint64_t after = position(connection, mails_reached);
    Rows rows = connection.select("SELECT id, email_address FROM " +
                                      database::quote_identifier(options_.table_prefix + "email_stats") +
                                      " WHERE lead_id IS NULL AND id > ? ORDER BY id LIMIT ?",
                                  std::vector<Value>{after, std::uint64_t{options_.page_rows}},
                                  "email_stats: read the hashes of deleted contacts");
    std::uint64_t last = 0;
    std::set<std::string> hashes;
    while (rows.next()) {
        last = rows.number(0);
        ++counts_.mails;
        if (policy::Hasher::has_hash_shape(rows.text(1))) hashes.insert(rows.text(1));
    }
    if (last == 0) return false;
    const std::vector<std::string> list(hashes.begin(), hashes.end());
    for (const ErasedAddress& one : ErasedAddresses(connection, options_.ledger_database).find(list)) {
        hashes.erase(one.hash);
    }
    for (const Record& one : Ledger(connection, options_.ledger_database).find_by_subject(list)) {
        hashes.erase(one.subject_hash);
    }
    std::vector<ErasedAddress> found;
    for (const std::string& hash : hashes) {
        ErasedAddress& address = found.emplace_back(ErasedAddress{0, hash, "", "", AddressKind::seen, now()});
        tell_by_length(address);
    }
    database::Transaction transaction(connection);
    note(connection, found);
    reached_[std::string(mails_reached)] = last;
    if (options_.dry_run) return true;
    Checkpoints(connection, options_.ledger_database).set_number(mails_reached, last);
    transaction.commit();
    return true;
}

}  // namespace gdprd::reconciliation
