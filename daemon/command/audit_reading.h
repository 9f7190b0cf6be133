// Reads the database, and Mautic's log files, for `audit`: threads over the tables, a progress bar, and an
// end in good order at SIGINT or SIGTERM.
#pragma once

#include "config/config.h"
#include "daemon/command/audit.h"

namespace gdprd::command {

// What the tables and, unless single tables are asked for, the log files have. Blocks SIGINT, SIGTERM and
// SIGHUP for the rest of the process. The thread must hold a ThreadScope. Throws ConfigurationError for
// tables that are not there and for a ledger that cannot be used, Error while somebody else goes on with an
// audit, and DatabaseError.
AuditAnswer read_database(const config::Config& config, const AuditOptions& options);

// What is kept of the last audit, without its log files. Throws ConfigurationError when there was none.
AuditAnswer last_audit(const config::Config& config, const AuditOptions& options);

}  // namespace gdprd::command
