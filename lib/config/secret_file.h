// Files named in the configuration that hold a secret: read into memory, never shown.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "config/reader.h"

namespace gdprd::config {

// The file a name stands for: a name that does not begin with '/' is a credential in $CREDENTIALS_DIRECTORY
// when there is one of that name, else a file in `directory`, where the configuration lies.
std::string resolve_credential(const std::string& name, const std::filesystem::path& directory);

// The secret in `file`, or "" and a problem of `option` when it cannot be had. Warns about a file everybody
// on the machine can read, and about what is in it and cannot be seen.
std::string read_secret_of(Section& section, const std::string& option, const std::string& file,
                           std::vector<std::string>& warnings);
// The same of a text in PEM.
std::string read_pem_of(Section& section, const std::string& option, const std::string& file,
                        std::vector<std::string>& warnings);

// A problem of `option` when `file`, already resolved, cannot be read.
void require_readable(Section& section, const std::string& option, const std::string& file);

}  // namespace gdprd::config
