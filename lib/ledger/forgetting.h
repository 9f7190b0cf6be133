// The end of hashes: the ledger keeps that somebody was erased, when and how, and forgets who. Of a record
// the hash of the address, its key's id, the marks and the salt go; of a filed address the hash, its key's id
// and the salt. Both rows stay. Which rows, and when, is the room retention's to decide.
//
// One object serves one transaction; the records of the contacts are locked by rows_of(). Threads: that of
// its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "ledger/addresses.h"
#include "ledger/fingerprints.h"
#include "ledger/ledger.h"

namespace gdprd::ledger {

// Hashes made in one way: with this key, or without one.
struct HashKey {
    std::vector<std::string> algorithms;  // at least one; policy::Hasher::algorithm_name()
    std::string key_id;                   // "" without a key

    bool operator==(const HashKey&) const = default;
};

// Which rows: older ones, those of a key, or both at once.
struct ForgettingRule {
    std::optional<Timestamp> before;  // whatever was told of the erasure last
    std::optional<HashKey> key;
};

struct FormerRecord {
    std::uint64_t id = 0;
    Record record;
};
struct FiledAddress {
    std::uint64_t id = 0;
    ErasedAddress address;
};
// What the ledger has of one contact, as far as it is not forgotten.
struct ContactRows {
    std::optional<Record> current;  // also when it is forgotten
    std::vector<FormerRecord> former;
    std::vector<FiledAddress> addresses;
};

struct RowsToForget {
    std::vector<ContactId> records;
    std::vector<std::uint64_t> former;
    std::vector<std::uint64_t> addresses;

    bool empty() const { return records.empty() && former.empty() && addresses.empty(); }
};

// Contacts that the rule is about and that it cannot be carried out on yet.
struct NotFinished {
    std::uint64_t unfinished = 0;  // the current record is not complete
    std::uint64_t held = 0;        // the contact is on hold now
};

class Forgetting {
  public:
    Forgetting(database::Connection& connection, const std::string& ledger_database);

    // Contacts from this id on that have a row for the rule, in the order of their ids: those whose current
    // record is finished, or that have none.
    std::vector<ContactId> contacts(const ForgettingRule& rule, ContactId from, std::size_t max);
    // Those that are forgotten already, with an erasure that stands.
    std::vector<ContactId> forgotten_contacts(ContactId from, std::size_t max);
    // Addresses of contacts that Mautic has deleted, where nothing tells any more who that was.
    std::vector<FiledAddress> addresses_of_nobody(const ForgettingRule& rule, std::size_t max);
    std::uint64_t count_of_nobody(const ForgettingRule& rule);
    NotFinished not_finished(const ForgettingRule& rule);

    // Locks the current records.
    std::map<ContactId, ContactRows> rows_of(std::span<const ContactId> contacts);
    void forget(const RowsToForget& rows, Timestamp at);
    // What else tells whose erasure it was: who came back under another id, and whose rows an audit found.
    void forget_links(std::span<const ContactId> contacts);

    // Of these hashes those that a row has which is not forgotten.
    std::set<std::string> still_known(const std::set<std::string>& hashes);

    // When the oldest erasure that is not forgotten was begun; nothing when there is none. Fingerprints of
    // hashes that it made may be of that month.
    std::optional<Timestamp> oldest_known();
    // Removes those after `after` that were last noted in a month that was over by then, at most so many
    // looked at. Returns the last one that was, or nothing when there are no more; `removed` counts.
    std::optional<Fingerprint> forget_fingerprints(Fingerprint after, Timestamp before, std::size_t max,
                                                   std::uint64_t& removed);
    std::uint64_t forget_fingerprints(const std::set<Fingerprint>& fingerprints);

  private:
    std::string table(const char* name) const;

    database::Connection& connection_;
    const std::string database_;  // quoted
    Ledger ledger_;
};

// When something was told of the erasure last: its age counts from then.
Timestamp last_told(const Record& row);

}  // namespace gdprd::ledger
