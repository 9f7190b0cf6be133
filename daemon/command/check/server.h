// What the database server itself does to an erasure: whether its columns can be read at all, and what its
// logs and the copies below and beside its tables keep of what was erased. All throw DatabaseError.
#pragma once

#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "erasure/rules.h"
#include "plan/plan.h"

namespace gdprd::command {

// Carries out what an erasure reads by, for nobody: a type of column that this server has and the client
// library cannot read is found here, and not by the first contact.
void check_reads(database::Connection& connection, const plan::Plan& plan, CheckReport& report);

// Tries a change that changes nothing.
void check_writes(database::Connection& connection, const erasure::Rules& rules, CheckReport& report);

void check_binary_log(database::Connection& connection, CheckReport& report);
// General log, slow log, deadlocks in the error log, audit plugins.
void check_statement_logs(database::Connection& connection, CheckReport& report);
// Statistics and indexes of words, in which values stay that were erased from the tables of the plan.
void check_value_copies(database::Connection& connection, const plan::Plan& plan, CheckReport& report);
// What no setting takes away is named as what it is: replicas, undo log, backups.
void describe_copies(database::Connection& connection, CheckReport& report);

}  // namespace gdprd::command
