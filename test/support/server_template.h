// An empty data directory of the server under test to copy from. Making one takes seconds, so it is made
// once and kept.
#pragma once

#include <filesystem>
#include <string>

namespace gdprd::test {

// Makes it if it is missing, in the build directory or, when that is not ours to write, in the temporary one.
// Several tests may do so at the same time. Throws std::runtime_error.
std::filesystem::path server_template();

}  // namespace gdprd::test
