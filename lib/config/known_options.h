// What the loader asks a configuration for, whether or not the configuration can be used.
#pragma once

#include <filesystem>
#include <set>
#include <string>
#include <vector>

#include "config/config.h"
#include "config/reader.h"

namespace gdprd::config {

// Every option, in the order of the sample. The tests hold the sample and the documentation against this
// list. With the values that `text` gives them; what is wrong in `text` is passed over and the default shown.
std::vector<KnownOption> known_options(const std::string& text = {});

// Every file that the configuration in `file` names, secrets and data maps among them: a relative name as one
// beside the configuration, without those that are not for who reads it. They need not be there. Throws
// ConfigurationError when the file cannot be read as TOML.
std::set<std::filesystem::path> named_files(const std::filesystem::path& file, Reads reads = Reads::daemon);

}  // namespace gdprd::config
