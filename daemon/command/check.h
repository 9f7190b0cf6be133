// `mautic-gdprd check`: looks at everything an erasure needs and says what is wrong and how to mend it.
#pragma once

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

// not_everything when there is a problem; warnings alone are fine.
ExitCode check(const CommonOptions& options);

// Only what the files say, without the database: for a reload, which must not depend on it. Throws
// ConfigurationError when they cannot be used.
ExitCode check_config(const CommonOptions& options);

}  // namespace gdprd::command
