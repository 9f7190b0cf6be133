// What differs between the servers that speak this protocol and matters to more than one statement: MariaDB,
// MySQL and what was made of them. Each question is answered by what the server has, never by its version.
// All throw DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "database/connection.h"

namespace gdprd::database {

// The value of a global variable as the server shows it; nothing where it has no such variable.
std::optional<std::string> global_variable(Connection& connection, const std::string& name);

// information_schema.CHECK_CONSTRAINTS says whose a check is (MariaDB). There JSON is a LONGTEXT with a
// check. Where it does not, JSON is a type of its own (MySQL).
bool checks_name_their_table(Connection& connection);

// Whether `_` and `%` in the database's name of a GRANT stand for themselves and `\_` does not for `_`: MySQL
// with partial_revokes = ON.
bool grants_take_names_literally(Connection& connection);

// The binary log: a copy of every change, for replicas and for a restore to a moment.
struct BinaryLog {
    bool on = false;
    std::string format;             // "ROW", "MIXED", "STATEMENT"
    std::string row_image;          // "FULL", "NOBLOB", "MINIMAL", and MariaDB's "FULL_NODUP"
    bool keeps_statements = false;  // the text of each statement beside its rows
    // How to switch that off; "" where it is off.
    std::string statements_option;
    std::uint64_t kept_seconds = 0;  // 0: until somebody deletes it
};
BinaryLog read_binary_log(Connection& connection);

}  // namespace gdprd::database
