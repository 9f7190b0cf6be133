// An empty data directory to copy from. Making one takes seconds, so it is made once and kept.
#pragma once

#include <filesystem>
#include <string>

namespace gdprd::test {

// Makes it if it is missing, in the build directory or, when that is not ours to write, in the temporary one.
// Several tests may do so at the same time. Throws std::runtime_error.
std::filesystem::path mariadb_template();

// The size of InnoDB's log the template was made with, as an option for mariadbd.
std::string mariadb_template_log_size_option();

}  // namespace gdprd::test
