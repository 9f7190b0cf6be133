// What the account may do in the whole of a database, also in tables that nobody knows of yet. Roles,
// wildcards in names and MySQL's partial revokes count as the server counts them. Both throw DatabaseError.
#pragma once

#include <string>
#include <string_view>

#include "database/connection.h"

namespace gdprd::database {

// Where it may not, tables and columns may be hidden from it. Tried, not read: a table that is not there is
// missing to those who may read everything, and refused to all others.
bool may_read_everything(Connection& connection, const std::string& database);

// As SHOW GRANTS says it: for a privilege, such as "CREATE" or "TRIGGER", that cannot be tried without using
// it.
bool has_privilege_on_database(Connection& connection, std::string_view privilege,
                               const std::string& database);

}  // namespace gdprd::database
