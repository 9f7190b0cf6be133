// `mautic-gdprd serve`: the daemon itself.
#pragma once

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

ExitCode serve(const CommonOptions& options);

}  // namespace gdprd::command
