// Is anybody missing in Mautic who was not deleted?
#pragma once

#include <string>

#include "daemon/command/check/report.h"
#include "database/connection.h"

namespace gdprd::command {

// An empty table of contacts, and what the daemon found at its last look (orphans/orphaned_rows.h). The
// ledger is there and has this program's format, or an older one. Throws DatabaseError.
void check_missing_contacts(database::Connection& connection, const std::string& ledger_database,
                            const std::string& table_prefix, CheckReport& report);

}  // namespace gdprd::command
