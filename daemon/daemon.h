// The composition root of `serve`: builds everything in order, waits for a signal, drains. Read this first.
#pragma once

#include <filesystem>

namespace gdprd::daemon {

// Runs until SIGTERM or SIGINT; SIGHUP reloads policy, triggers, hash key and webhook secrets; a second
// SIGTERM or SIGINT kills. Returns the process's exit code. Throws ConfigurationError and others when it
// cannot start.
int serve(const std::filesystem::path& config_file);

}  // namespace gdprd::daemon
