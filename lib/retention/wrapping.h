// Hashes of former times become wrapped ones (policy/hash.h): the SQL on the ledger's rows. Which rows, and
// what becomes of Mautic's tables, is the room retention's to decide.
//
// A row that is wrapped says so by its algorithm ("wrapped-md5") and by its key_id, which names the wrapping
// key first; so none is wrapped twice. Its salt is a new one: with the old salt a former leaf of the seals
// would still show whose row it was.
//
// One object serves one transaction; the records are locked by Forgetting::rows_of(). Threads: that of its
// connection. Errors: DatabaseError.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "ledger/forgetting.h"

namespace gdprd::retention {

using ledger::FiledAddress;
using ledger::Fingerprint;
using ledger::FormerRecord;
using ledger::HashKey;
using ledger::Record;

class Wrapping {
  public:
    using MadeBy = std::set<std::pair<std::string, std::string>>;  // algorithms and key ids

    Wrapping(database::Connection& connection, const std::string& ledger_database);

    // Contacts from this id on with a row of this kind, in the order of their ids.
    std::vector<ContactId> contacts(const HashKey& made_by, ContactId from, std::size_t max);
    // Those with a row that was wrapped with the key.
    std::vector<ContactId> wrapped_contacts(const std::string& key_id, ContactId from, std::size_t max);
    // Of those of these hashes that a row has, how the rows say they were made.
    std::map<std::string, MadeBy> find(const std::set<std::string>& hashes);

    // Hash, algorithm, key id and marks become those of the record.
    void change(const Record& current);
    void change(const FormerRecord& former);
    void change(const FiledAddress& address);
    // Of each pair the second is noted with the month of the first, where that is noted.
    void copy_months(const std::vector<std::pair<Fingerprint, Fingerprint>>& from_to);

  private:
    std::vector<ContactId> select_contacts(const std::string& condition, ContactId from, std::size_t max);
    void change_record(const char* name, const char* key, std::uint64_t id, const Record& record);
    std::string table(const char* name) const;

    database::Connection& connection_;
    const std::string database_;  // quoted
};

}  // namespace gdprd::retention
