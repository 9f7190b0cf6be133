// Where the files are that were installed with the program: its data map, the sample, grants.sql.
#pragma once

#include <filesystem>

namespace gdprd {

// share/mautic-gdprd of the prefix the running program lies in, so that it may be installed anywhere and
// moved afterwards. In a build directory there is no such place; the path is then that of a directory that is
// not there.
std::filesystem::path shared_directory();

}  // namespace gdprd
