// Has a contact a do-not-contact row that a trigger covers, its grace period over or not? Without locks.
// Threads: the thread of the connection. Errors: DatabaseError.
#pragma once

#include "base/contact_id.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::suppression {

bool is_opted_out(database::Connection& connection, const erasure::Rules& rules, ContactId contact);

}  // namespace gdprd::suppression
