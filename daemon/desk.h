// Composition root of `mautic-gdprd desk`: the officer's desk, a process of its own beside the daemon. It
// reads what the daemon keeps, adds to the logs of look-ups and actions, and can change nothing else: its
// account of the database may not.
#pragma once

#include <filesystem>

#include "config/config.h"

namespace gdprd::daemon {

// Until SIGTERM or SIGINT. Throws ConfigurationError. A database that is down is no reason not to start: its
// pages say so.
int serve_desk(const std::filesystem::path& config_file);

// By which it logs in to the database. `config` was read for the desk.
database::ConnectionOptions desk_connection_options(const config::Config& config);

}  // namespace gdprd::daemon
