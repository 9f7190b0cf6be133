// What the database server itself does to an erasure: whether its columns can be read at all, and what its
// binary log keeps of what was erased.
#pragma once

#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "plan/plan.h"

namespace gdprd::command {

// Carries out what an erasure reads by, for nobody: a type of column that this server has and the client
// library cannot read is found here, and not by the first contact. Throws DatabaseError.
void check_reads(database::Connection& connection, const plan::Plan& plan, CheckReport& report);

// Throws DatabaseError.
void check_binary_log(database::Connection& connection, CheckReport& report);

}  // namespace gdprd::command
