// `mautic-gdprd grants`: the statements that give the daemon's account, or the desk's, what it needs in this
// database; all of them or those that are missing, printed or run as an administrator.
#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct GrantsOptions {
    CommonOptions common;
    bool missing = false;
    bool reapply = false;  // what only `reapply` needs, too
    bool desk = false;     // for the account of the officer's desk in place of the daemon's
    bool apply = false;
    std::optional<std::string> admin;  // of the database server; needed by `apply`
    // Without it the password is asked for, unless the server lets the administrator in without one.
    std::optional<std::filesystem::path> admin_password_file;
};

// Runs nothing before all statements are known, and then all of them: one that fails is told and keeps no
// other one back. not_everything when one failed or something is still missing afterwards.
ExitCode grants(const GrantsOptions& options);

}  // namespace gdprd::command
