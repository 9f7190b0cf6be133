// `mautic-gdprd check`: looks at everything an erasure needs and says what is wrong and how to mend it.
#pragma once

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

// not_everything when there is a problem; warnings alone are fine.
ExitCode check(const CommonOptions& options);

}  // namespace gdprd::command
