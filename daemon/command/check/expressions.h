// Generated columns and CHECKs that an administrator has added to Mautic's tables: would the server compute
// them, and take them, of what an erasure writes? Each is computed by the server of made-up values; nothing
// is written.
#pragma once

#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "erasure/rules.h"

namespace gdprd::command {

// Throws DatabaseError.
void check_expressions(database::Connection& connection, const erasure::Rules& rules, CheckReport& report);

}  // namespace gdprd::command
