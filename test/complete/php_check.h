// Asks PHP itself whether what an erasure left still unserializes.
#pragma once

#include <string>

#include "complete/dump.h"

namespace gdprd::test {

// "table.column[key]" of every value in a PHP-serialized column that PHP cannot read, one a line; nothing
// when there is none, or when this machine has no PHP, which is said on stderr. One process for all values.
std::string unreadable_by_php(const Dump& dump, const LiveTables& tables);

// The same for JSON, by the database's own JSON_VALID.
std::string invalid_json(database::Connection& connection, const LiveTables& tables);

}  // namespace gdprd::test
