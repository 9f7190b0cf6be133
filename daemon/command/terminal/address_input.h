// Reads the address that `lookup` asks for.
#pragma once

#include <string>

namespace gdprd::command {

// One line from standard input, asked for when that is a terminal. Throws ConfigurationError, which does not
// repeat the line, when it is no address.
std::string read_address();

}  // namespace gdprd::command
