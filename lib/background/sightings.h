// Contacts that a person must look at, or that were dealt with: kept in the ledger's database, so that each
// is reported, counted and acted on once, whatever the number of runs and daemons. Ids, words and times only.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <string>
#include <string_view>

#include "base/contact_id.h"
#include "database/connection.h"

namespace gdprd::background {

enum class Sighting {
    reappeared,    // an erased person's address on a new contact
    lost_opt_out,  // a contact without an opt-out into which one with an opt-out was merged
};
const char* name_of(Sighting kind);

// What was done. The words are used in metrics and logs.
enum class Outcome { reported, do_not_contact, consented };
const char* name_of(Outcome outcome);

class Sightings {
  public:
    Sightings(database::Connection& connection, const std::string& ledger_database);

    bool has(Sighting kind, ContactId contact, ContactId former);
    // False when it is there already. Part of the caller's transaction, if there is one: of several daemons
    // the first to commit counts.
    bool add(Sighting kind, ContactId contact, ContactId former, Outcome outcome);

  private:
    database::Connection& connection_;
    const std::string table_;  // quoted
};

}  // namespace gdprd::background
