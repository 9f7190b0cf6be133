// `mautic-gdprd desk` and `desk check`: the officer's desk as a process, and whether it can be opened.
#pragma once

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

ExitCode desk(const CommonOptions& options);

// Tells all that is to be mended, one a line. not_everything when there is something.
ExitCode desk_check(const CommonOptions& options);

}  // namespace gdprd::command
