// `mautic-gdprd copy-config`: what the systemd unit hands to the daemon's own user, who may not read
// /etc/mautic-gdprd.
#pragma once

#include <filesystem>

#include "daemon/command/common.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct CopyConfigOptions {
    std::filesystem::path config_file = default_config_file;
    std::filesystem::path to;        // a directory; what else is in it is removed
    bool for_desk = false;           // what the officer's desk may have, in place of the daemon's
    std::filesystem::path owner_of;  // the copies belong to whom this belongs to; "": to whoever runs this
};

// True when `file` lies in `directory` or below. Both absolute and without "..".
bool is_within(const std::filesystem::path& file, const std::filesystem::path& directory);

// Copies the configuration and every file it names that lies in its directory or below, readable for one user
// only. What a broken configuration names is copied as far as it can be read; it is the daemon that refuses
// it. A file that is not there is passed over for the same reason. The directory stays the same one, because
// it is mounted. Throws ConfigurationError when the configuration cannot be read, Error when a copy cannot be
// written.
ExitCode copy_config(const CopyConfigOptions& options);

}  // namespace gdprd::command
