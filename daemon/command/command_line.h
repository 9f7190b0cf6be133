// The command line: which command, with which options.
#pragma once

#include <string>
#include <vector>

#include "daemon/exit_code.h"

namespace gdprd::command {

// Runs the command that `arguments` (without the program's name) ask for; answers go to standard output.
// Throws ConfigurationError for a bad command line, and whatever the command throws. No error repeats an
// argument that could be an address.
ExitCode run(const std::vector<std::string>& arguments);

}  // namespace gdprd::command
