// What `erase --dry-run` says of a contact: what the eraser would decide, and the rows it would change.
#pragma once

#include "daemon/command/erase.h"
#include "database/connection.h"

namespace gdprd::command {

// In a transaction that is rolled back; needs no ledger. Throws DatabaseError.
EraseOutcome preview_erasure(database::Connection& connection, const erasure::Rules& rules,
                             ContactId contact);

}  // namespace gdprd::command
