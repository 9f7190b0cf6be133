// What a database server writes beside its tables of what it is told: its logs, which nobody erases from. How
// a session keeps out of them, and what they are like on this server.
//
// Sources: MariaDB 10.11 and MySQL 9.7, tried; their manuals on the variables named here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "database/connection.h"

namespace sql {
class Connection;
}

namespace gdprd::database {

// Keeps what this session erases out of the server's logs. Out of the slow log: every account may do that.
// Out of the binary log all but keys and new values: with BINLOG ADMIN on MariaDB, with
// SESSION_VARIABLES_ADMIN on MySQL. Out of the general log: with SUPER on MariaDB, on MySQL with
// CONNECTION_ADMIN besides, without which the server lets the variable be set and does not heed it. What the
// account may not set stays as the server has it; so does the binary log of a Galera cluster. Throws
// sql::SQLException.
void keep_out_of_logs(sql::Connection& session);

// The binary log: a copy of every change, for replicas and for a restore to a moment. As this session writes
// it.
struct BinaryLog {
    bool on = false;
    std::string format;             // "ROW", "MIXED", "STATEMENT"
    std::string row_image;          // "FULL", "NOBLOB", "MINIMAL", and MariaDB's "FULL_NODUP"
    std::string server_row_image;   // that of sessions which did not choose: Mautic's
    bool keeps_statements = false;  // the text of each statement beside its rows
    // How to switch that off; "" where it is off.
    std::string statements_option;
    std::uint64_t kept_seconds = 0;  // 0: until somebody deletes it

    // Does what this session erases stay out of it? Keys and new values are in it.
    bool is_clear_of_erased_values() const {
        return format == "ROW" && row_image == "MINIMAL" && !keeps_statements;
    }
};
// Throws DatabaseError, as those below do.
BinaryLog read_binary_log(Connection& connection);

// A log that holds the text of statements, with the addresses in them, and is on.
struct StatementLog {
    std::string option;   // by which it is switched: "general_log"
    std::string where;    // a file, or "the table mysql.general_log"
    bool has_us = false;  // does this session write into it?
};
std::vector<StatementLog> read_statement_logs(Connection& connection);

// How many replicas read the binary log now; nothing where the server does not tell this account.
std::optional<std::uint64_t> count_replicas(Connection& connection);

}  // namespace gdprd::database
