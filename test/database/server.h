// The one private server of this test program, started on first use.
#pragma once

#include "support/private_server.h"

namespace gdprd::test {

// Has a database `test`.
PrivateServer& server();

// A connection of root to the database `test`, with short limits.
database::ConnectionOptions test_options();
database::Connection connect();

// "name (id INT, …)": makes the table, in place of one of that name.
void make_table(database::Connection& connection, const std::string& definition);

}  // namespace gdprd::test
