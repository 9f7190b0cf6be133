// `mautic-gdprd ledger lookups`: who looked whom up.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "lookup/log.h"

namespace gdprd::command {

struct LookupsOptions {
    CommonOptions common;
    std::size_t limit = 100;
    bool of_address = false;             // asks for one, and shows only look-ups of it
    std::vector<std::string> key_files;  // former keys
};

// not_found when there are none; not_everything when some were logged with a key that is not given, and may
// be what was asked for. That somebody asked for an address is logged itself.
ExitCode lookups(const LookupsOptions& options);

struct LookupsAnswer {
    std::vector<lookup::LoggedLookup> lookups;
    std::uint64_t of_other_keys = 0;  // those that may be of the address that was asked for
};
std::string lookups_json(const LookupsAnswer& answer);

}  // namespace gdprd::command
