// `mautic-gdprd describe`: the data map in plain words, as Markdown, for whoever has to answer for it. Needs
// neither a database nor a configuration.
#pragma once

#include <filesystem>
#include <vector>

#include "daemon/exit_code.h"

namespace gdprd::command {

inline constexpr const char* shipped_data_map = "/usr/share/mautic-gdprd/contact-data.toml";

struct DescribeOptions {
    // The map that came with the program, then the operator's own ones.
    std::vector<std::filesystem::path> data_maps{shipped_data_map};
};

// Throws ConfigurationError when a map cannot be used.
ExitCode describe(const DescribeOptions& options);

}  // namespace gdprd::command
