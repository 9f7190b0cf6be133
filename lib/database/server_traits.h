// What differs between the servers that speak this protocol and matters to more than one statement: MariaDB,
// MySQL and what was made of them. Each question is answered by what the server has, never by its version.
// All throw DatabaseError.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "database/connection.h"

namespace gdprd::database {

// The value of a global variable as the server shows it; nothing where it has no such variable.
std::optional<std::string> global_variable(Connection& connection, const std::string& name);

// As a server shows a switch: "ON", "on" or "1".
bool is_on(std::string_view value);

// What stands behind FROM to read CONSTRAINT_SCHEMA, CONSTRAINT_NAME, TABLE_NAME and CHECK_CLAUSE of all
// checks; "" where the server has none.
std::string checks_of_tables(Connection& connection);

// A condition on rows of information_schema.STATISTICS: by this index the server finds rows. It looks for
// words only in one of type FULLTEXT, and it takes one that an administrator hides from it (INVISIBLE on
// MySQL, IGNORED on MariaDB) for none: FORCE INDEX with its name is error 1176.
std::string usable_index(Connection& connection);

// The column of information_schema.STATISTICS with the expression that a part of an index may be instead of a
// column, which only MySQL has; an empty text where there is none.
std::string index_expression(Connection& connection);

// Whether `_` and `%` in the database's name of a GRANT stand for themselves and `\_` does not for `_`: MySQL
// with partial_revokes = ON.
bool grants_take_names_literally(Connection& connection);

}  // namespace gdprd::database
