// The two accounts of `grants` at the database server.
#pragma once

#include <optional>
#include <string>

#include "daemon/command/grants.h"
#include "database/connection.h"

namespace gdprd::command {

// What the daemon's account may do so far.
struct DaemonLogin {
    std::optional<database::Connection> connection;  // none: the server does not let it in
    bool may_use_database = false;                   // Mautic's is the connection's database
};

// Throws DatabaseError for everything but a refusal.
DaemonLogin log_in_as_daemon(const database::ConnectionOptions& options);

// By the way that the configuration names. Throws ConfigurationError when the server refuses, or no password
// can be had.
database::Connection log_in_as_administrator(database::ConnectionOptions options,
                                             const GrantsOptions& chosen);

}  // namespace gdprd::command
