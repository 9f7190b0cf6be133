// `mautic-gdprd describe`: the data map in plain words, as Markdown, for whoever has to answer for it. Needs
// neither a database nor a configuration.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "base/shared_directory.h"
#include "daemon/exit_code.h"

namespace gdprd::command {

struct DescribeOptions {
    // The map that came with the program, then the operator's own ones.
    std::vector<std::filesystem::path> data_maps{shared_directory() / "contact-data.toml"};
    // The maps of plugins; none: those beside the first data map.
    std::optional<std::string> plugin_maps;
    // Of words::language_names. English has every column's reason, which are in the data map.
    std::string language = "en";
};

// Throws ConfigurationError when a map cannot be used.
ExitCode describe(const DescribeOptions& options);

}  // namespace gdprd::command
