// The files that every page loads: style sheet, script, icon. Part of the program.
#pragma once

#include <array>
#include <string>

namespace gdprd::desk {

struct Asset {
    std::string path;  // "/desk.css"
    std::string content_type;
    std::string bytes;
};

const std::array<Asset, 3>& assets();

}  // namespace gdprd::desk
