// The files a configuration names, seen with the eyes of the service, which is not root.
#pragma once

#include <filesystem>

#include "daemon/command/check/report.h"

namespace gdprd::command {

// Files in the configuration's own directory are handed to the service by its unit; others it must be able to
// read by itself. Says so of those that only root, or their owner, can read. Says nothing when not run as
// root: then the configuration would not have been read without them.
void check_readable_for_service(const std::filesystem::path& config_file, CheckReport& report);

}  // namespace gdprd::command
