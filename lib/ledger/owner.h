// Whose erasures a ledger holds: those of one Mautic. Contacts are known in it by their ids and rows by their
// tables, so in the ledger of another Mautic somebody else's record would stand for a contact: as erased
// already, as half done, as on hold.
//
// A Mautic is the database of the connection and the prefix of its tables. The ledger keeps a fingerprint of
// the two; which server it is does not matter, because replicas, nodes and restored ones have other names.
//
// Threads: the thread of the connection. Errors: DatabaseError; ConfigurationError when it is another Mautic.
#pragma once

#include <optional>
#include <string>

#include "database/connection.h"

namespace gdprd::ledger {

// What is done where there is no ledger: one is made; but whose seals or look-ups are there was lost, and an
// empty one in its place would say that nobody was ever erased.
enum class Missing { made_unless_lost, made };

// Opens the ledger for writing: it is made where there is none, has this program's format (Ledger::create())
// and is this Mautic's from here on. One of another Mautic is left as it is.
void open_ledger(database::Connection& connection, const std::string& ledger_database,
                 const std::string& table_prefix, Missing missing = Missing::made_unless_lost);

// Of a ledger that is not there: the database beside it that shows that there was one; none when nothing
// does.
std::optional<std::string> trace_of_lost_ledger(database::Connection& connection,
                                                const std::string& ledger_database);

// Tells this Mautic from others, in a file of the ledger: 16 hexadecimal digits.
std::string mautic_id(database::Connection& connection, const std::string& table_prefix);

// For reading, of a ledger that is there: one without an owner is nobody else's.
void require_owner(database::Connection& connection, const std::string& ledger_database,
                   const std::string& table_prefix);

// Opens the ledger for a Mautic that has another name now: it takes over from the one before. True when there
// was another one.
bool adopt(database::Connection& connection, const std::string& ledger_database,
           const std::string& table_prefix);

}  // namespace gdprd::ledger
