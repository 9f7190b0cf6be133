// The files that every page loads: style sheet, script, icon. Part of the program.
#pragma once

#include <string>

namespace gdprd::desk {

struct Asset {
    std::string path;  // "/desk.css"
    std::string content_type;
    std::string bytes;
};

// Nothing for a path that is none of theirs.
const Asset* asset_of(const std::string& path);

}  // namespace gdprd::desk
