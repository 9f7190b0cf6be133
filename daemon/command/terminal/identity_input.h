// Reads the values that `verify` searches for.
#pragma once

#include "matching/identity.h"

namespace gdprd::command {

// One value a line from standard input, asked for when that is a terminal; empty lines are left out. Throws
// ConfigurationError, which does not repeat a line, when there is none, one is too long or too short to be
// searched for, or there are more than 200.
matching::Identity read_identity();

}  // namespace gdprd::command
