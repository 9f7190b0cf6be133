// `mautic-gdprd check`: looks at everything an erasure needs and says what is wrong and how to mend it.
#pragma once

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

// not_everything when there is a problem; warnings alone are fine.
ExitCode check(const CommonOptions& options);

// One after the other, and what two of them must not share. Throws ConfigurationError when there is none.
struct AllInstances {
    std::filesystem::path directory = configuration_directory;
    bool json = false;
};
ExitCode check_all(const AllInstances& options);

// Only what the files say, without the database: for a reload, which must not depend on it. Throws
// ConfigurationError when they cannot be used.
ExitCode check_config(const CommonOptions& options);

}  // namespace gdprd::command
