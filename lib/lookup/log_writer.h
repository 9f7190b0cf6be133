// Writes look-ups into their log, before they are answered: whatever cannot be logged is not answered.
//
// Threads: that of the connection. Errors: DatabaseError; ConfigurationError where a right is missing.
#pragma once

#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"
#include "lookup/log.h"
#include "lookup/lookup.h"
#include "lookup/request.h"
#include "policy/hash.h"

namespace gdprd::lookup {

// Hashes what was asked with a key that is made of the hash key, which is not that key itself: its hashes
// stand in the ledger.
policy::Hasher log_hasher_of(const std::string& hash_key);
// Whatever may have hashed what was asked with one of these keys: each as a hash key, and as the log's own.
std::vector<policy::Hasher> log_hashers_of(const std::vector<std::string>& keys);

// The line of a look-up, but for what was asked. `account`: who asks, of the system.
LoggedLookup logged(const LookupAnswer& answer, const std::string& account, const LookupWords& words,
                    bool history);
// Of a contact by its number, which is no address.
LoggedLookup logged(ContactId contact, bool found, const std::string& account, const LookupWords& words);

// Was an address looked up?
struct AskedOfLog {
    std::vector<LoggedLookup> lookups;  // the newest ones first
    std::uint64_t of_other_keys = 0;    // look-ups that may be of the address, too
};

class LogWriter {
  public:
    // Makes the log where there is none yet. `hasher` of what was asked.
    LogWriter(database::Connection& connection, const std::string& ledger_database, policy::Hasher hasher);

    void add_address(LoggedLookup entry, const std::string& address);
    void add_contact(LoggedLookup entry, ContactId contact);
    // The look-ups of an address, the newest `max`; `former` hashers of other keys. Logged itself, by whom
    // and why as in `entry`.
    AskedOfLog ask(LoggedLookup entry, const std::string& address, std::size_t max,
                   const std::vector<policy::Hasher>& former);

  private:
    void add(LoggedLookup& entry);

    LookupLog log_;
    policy::Hasher hasher_;
};

}  // namespace gdprd::lookup
