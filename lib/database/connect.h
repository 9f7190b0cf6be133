// Opens a session of the client library. The only place that knows the names of its options: it accepts a
// misspelt one without a word.
#pragma once

#include <memory>

#include "database/connection.h"

namespace sql {
class Connection;
class Driver;
}  // namespace sql

namespace gdprd::database {

sql::Driver& driver();

// Throws ConfigurationError when the time limits contradict each other.
void check_limits(const ConnectionOptions& options);

// Throws sql::SQLException.
std::unique_ptr<sql::Connection> connect(const ConnectionOptions& options);

// The library and the server count in whole seconds and take 0 for "no limit".
int whole_seconds(Milliseconds duration);

}  // namespace gdprd::database
