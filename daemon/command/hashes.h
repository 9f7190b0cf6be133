// `mautic-gdprd hash migrate`: hashes of former times are wrapped with today's key.
#pragma once

#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"
#include "retention/migrator.h"

namespace gdprd::command {

struct HashMigrateOptions {
    CommonOptions common;
    std::string
        made_by;  // the id of a key, or an algorithm without one; "": all that were made without a key
    bool again = false;
    std::size_t batch = 100;
    bool dry_run = false;
    bool yes = false;
};
ExitCode hash_migrate(const HashMigrateOptions& options);

std::string migrate_json(const retention::MigrateCounts& counts, const std::vector<std::string>& unreachable,
                         bool dry_run);

}  // namespace gdprd::command
