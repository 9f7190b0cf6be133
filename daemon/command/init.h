// `mautic-gdprd init`: a configuration with random secrets, and the ledger's database. Never overwrites,
// and asks for nothing but what `--mautic` does not find.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

#include "daemon/exit_code.h"

namespace gdprd::command {

struct InitOptions {
    std::optional<std::filesystem::path> directory;    // else /etc/mautic-gdprd, or the instance's below it
    std::optional<std::string> instance;               // one of many on this machine
    std::optional<std::filesystem::path> config_file;  // instead of directory/mautic-gdprd.toml
    std::optional<std::string> database_name;
    std::optional<std::string> database_user;
    std::optional<std::string> database_socket;
    std::optional<std::string> database_host;
    std::optional<std::uint16_t> database_port;
    std::optional<std::string> password_file;  // "": no password; unset: a random one in `directory`
    std::optional<std::string> table_prefix;
    std::optional<std::string> ledger_database;
    std::optional<std::string> data_map;
    std::optional<std::string> queue_directory;
    std::optional<std::string> unix_socket;       // the listener\'s
    std::optional<std::string> url;               // what Mautic reaches the daemon by
    std::optional<std::filesystem::path> mautic;  // its directory, or its local.php
    std::optional<std::string> hash;              // "md5", "sha256"
    bool key = false;                             // with a key is what is done anyway
    bool no_key = false;
    bool ledger_only = false;
};

// not_everything when the files were written but the ledger could not be made. Throws ConfigurationError,
// having changed nothing, when a file is there already.
ExitCode init(const InitOptions& options);

}  // namespace gdprd::command
