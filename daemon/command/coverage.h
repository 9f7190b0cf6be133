// `mautic-gdprd coverage`: every column of the live database that is tied to contacts, and what becomes of
// it; and every table that nobody has decided about, of which some rows are read and counted.
#pragma once

#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "plan/coverage.h"

namespace gdprd::command {

// not_everything when something is undecided, also where [policy] unknown = "warn". Throws ConfigurationError
// when the policy does not fit the schema.
ExitCode coverage(const CommonOptions& options);

// Under the same promise as in json_output.h.
std::string to_json(const plan::Coverage& coverage);

}  // namespace gdprd::command
