// `init --mautic`: what Mautic's own configuration says, in place of options that were not given.
#pragma once

#include "daemon/command/init.h"

namespace gdprd::command {

// Says what it found. What is needed and not in the file is asked for at a terminal; without one
// ConfigurationError names all of it. Also thrown when the file cannot be read for sure.
void take_from_mautic(InitOptions& options);

}  // namespace gdprd::command
