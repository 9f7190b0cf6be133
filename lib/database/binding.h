// Values on their way into a prepared statement and rows on their way out of the library, with what the
// library gets wrong about them.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "database/connection.h"

namespace sql {
class PreparedStatement;
class ResultSet;
}  // namespace sql

namespace gdprd::database {

// One letter a parameter; 'L' is a text so large that its statement must not be used again. A statement is
// only used again for parameters of the same kinds, because the library does not forget what a `?` was
// before: a signed number after an unsigned one is sent as unsigned, and a large text after a number as a
// number made of the text's address.
std::string kinds_of(std::span<const Value> parameters);

// Throws sql::SQLException.
void bind_values(sql::PreparedStatement& statement, std::span<const Value> parameters);

// `prepared` tells the protocol the result came by. Throws sql::SQLException.
std::unique_ptr<Rows::Implementation> copy_rows(sql::ResultSet& result, bool prepared);

}  // namespace gdprd::database
