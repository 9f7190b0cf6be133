// The command line of the measurements.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace gdprd::bench {

struct Options {
    std::vector<std::string> measurements;  // in the order in which they are known; all when none is named
    // "": the one that GDPRD_TEST_SERVER names (support/server_under_test.h).
    std::vector<std::string> servers{""};
    double scale = 1;
    std::filesystem::path json;  // "": no lines of JSON; "-": on standard output
};

struct Known {
    std::string name;
    std::string about;
};

// What is to be run; nothing when `help` was asked for and is to be printed. Throws ConfigurationError, which
// names what cannot be used.
std::optional<Options> parse_options(std::vector<std::string> arguments, const std::vector<Known>& known,
                                     std::string& help);

}  // namespace gdprd::bench
