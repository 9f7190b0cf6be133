// What several commands need: where the configuration is, and how it is shown what they found.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"

namespace gdprd::command {

inline constexpr const char* default_config_file = "/etc/mautic-gdprd/mautic-gdprd.toml";

inline constexpr const char* config_file_name = "mautic-gdprd.toml";

// Where the configurations are: one, or one a Mautic in directories of their own.
inline constexpr const char* configuration_directory = "/etc/mautic-gdprd";

// What the name of one of many Mautics on a machine looks like. It becomes part of the names of a user of the
// machine (31 characters), a database account (32) and a database.
bool is_instance_name(std::string_view name);
std::filesystem::path directory_of_instance(const std::string& name);
std::filesystem::path config_file_of_instance(const std::string& name);

// Of every command that reads the configuration.
struct CommonOptions {
    std::filesystem::path config_file = default_config_file;
    bool json = false;
};

// Of this process; nothing when it is not set.
std::optional<std::string> environment_variable(const std::string& name);

// "2026-03-01 12:34:56 UTC": whole seconds are enough for people.
std::string shown_time(Timestamp time);

// "1 row", "2 rows".
std::string counted(std::uint64_t count, std::string_view singular, std::string_view plural);
std::string counted(std::uint64_t count, std::string_view noun);  // the plural with an s

}  // namespace gdprd::command
