// `mautic-gdprd ledger lookups`: who looked whom up.
#pragma once

#include <string>
#include <vector>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "ledger/lookup_log.h"

namespace gdprd::command {

struct LookupsOptions {
    CommonOptions common;
    std::size_t limit = 100;
    bool of_address = false;  // asks for one, and shows only look-ups of it
};

// not_found when there are none.
ExitCode lookups(const LookupsOptions& options);

std::string lookups_json(const std::vector<ledger::LoggedLookup>& lookups);

}  // namespace gdprd::command
