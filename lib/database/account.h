// Who a connection is and where it works, as a GRANT names them. Both throw DatabaseError.
#pragma once

#include <string>

#include "database/connection.h"

namespace gdprd::database {

// The account that the server took the connection for: 'mautic_gdprd'@'localhost', quoted.
std::string quoted_account(Connection& connection);

// The connection's database, as it is; "" where none is chosen.
std::string current_database(Connection& connection);

}  // namespace gdprd::database
