// What a configuration names on the machine: files, seen with the eyes of the service, which is not root, and
// the places where it listens.
#pragma once

#include <filesystem>

#include "config/config.h"
#include "daemon/command/check/report.h"

namespace gdprd::command {

// Files in the configuration's own directory are handed to the service by its unit; others it must be able to
// read by itself. Says so of those that only root, or their owner, can read. Says nothing when not run as
// root: then the configuration would not have been read without them.
void check_readable_for_service(const std::filesystem::path& config_file, CheckReport& report);

// The listeners could be opened: certificate and key, and the place of a Unix socket. Whether a port is free
// is not looked at, because the daemon may have it.
void check_listeners(const config::Config& config, CheckReport& report);

}  // namespace gdprd::command
