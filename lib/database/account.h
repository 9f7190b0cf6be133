// Who a connection is and where it works, as a GRANT names them. All but the first throw DatabaseError.
#pragma once

#include <string>
#include <string_view>

#include "database/connection.h"

namespace gdprd::database {

// 'mautic_gdprd'@'localhost' in every sql_mode: a name with a backslash, which only some modes take for
// itself, is in back-quotes. Pure.
std::string quote_account(std::string_view user, std::string_view host);

// The account that the server took the connection for: 'mautic_gdprd'@'localhost', quoted.
std::string quoted_account(Connection& connection);

// Where the connection comes from, as the server sees it: "localhost", an address or a name.
std::string seen_host(Connection& connection);

// The connection's database, as it is; "" where none is chosen.
std::string current_database(Connection& connection);

}  // namespace gdprd::database
