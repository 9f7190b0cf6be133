// Which hashes are ours, whoever's row they stand in (promise 5).
//
// Of every hash that is written to a column where the shape of a value proves nothing, the ledger's database
// keeps the first 64 bits of its SHA-256, in the erasing transaction. So a hash of ours is known after a
// merge moved it to another contact, after its contact was deleted, and between two transactions of one
// erasure. A fingerprint tells no more than the hash that stands in Mautic's database, and not whose it is.
// Of each there is the month in which a hash like it was written last: once every erasure up to then is
// forgotten, it goes too (ledger/forgetting.h). By the month, because many people have the same first name.
// An id is noted too, once all hashes of that contact are: those of erasures by programs before this are not.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"

namespace gdprd::ledger {

using Fingerprint = std::uint64_t;

Fingerprint fingerprint_of(std::string_view hash);
// That a hash is wrapped already, so that it never is again (retention/migrator.h): noted beside the other.
Fingerprint fingerprint_of_wrapped(std::string_view hash);
Fingerprint fingerprint_of_contact(ContactId contact);

class Fingerprints {
  public:
    Fingerprints(database::Connection& connection, std::string ledger_database);

    // Asks the database for those of these that it was not asked for yet.
    void look_up(std::span<const Fingerprint> fingerprints);
    // Is it noted, as far as was looked up?
    bool contains(Fingerprint fingerprint) const;

    void add(Fingerprint fingerprint);
    // Writes those that were added and are not there, or are not of this month.
    void write();

    // All there are, in their order, so many after this one; for a copy of the ledger.
    std::vector<Fingerprint> page(Fingerprint after, std::size_t max);

  private:
    database::Connection& connection_;
    const std::string table_;
    std::set<Fingerprint> asked_;
    std::set<Fingerprint> known_;
    std::set<Fingerprint> of_former_months_;  // of these
    std::set<Fingerprint> added_;
};

}  // namespace gdprd::ledger
