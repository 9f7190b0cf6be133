// Reads the facts of a certificate. What it reads is of one moment when the caller holds a snapshot.
//
// By an address: only what is about that address is about the person who asks. Records of the same number
// about another address are counted, not told, and so are those of which nobody can tell any more. By a
// number: all that is recorded of it, which after a restore may be of two people.
//
// Threads: that of the connection. Errors: DatabaseError, StaleSchema.
#pragma once

#include "certificate/facts.h"
#include "database/connection.h"
#include "erasure/rules.h"
#include "lookup/lookup.h"

namespace gdprd::certificate {

class FactReader {
  public:
    FactReader(database::Connection& connection, const erasure::Rules& rules)
        : connection_(connection), rules_(rules) {}

    Facts of_contact(ContactId contact);
    // `found`: one of the contacts of the answer; null: the address leads to none. `mails_searched`: all
    // mails were looked through for the answer.
    Facts of_address(const lookup::LookupAnswer& answer, const lookup::FoundContact* found,
                     bool mails_searched);

  private:
    void add_rest(Facts& facts);
    void add_state(Facts& facts);
    void add_list(Facts& facts);
    void add_leftovers(Facts& facts, const std::vector<ledger::ErasedAddress>& addresses);

    database::Connection& connection_;
    const erasure::Rules& rules_;
};

}  // namespace gdprd::certificate
