// Reads a password that must not be on the command line, where other users see it.
#pragma once

#include <string>

namespace gdprd::command {

// One line from the terminal, which does not show it. Throws ConfigurationError with `advice` when standard
// input is none, or nothing was typed.
std::string read_password(const std::string& prompt, const std::string& advice);

}  // namespace gdprd::command
