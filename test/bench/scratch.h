// Where measurements keep their databases, queues and logs.
#pragma once

#include <filesystem>

namespace gdprd::bench {

// On the disk of the build directory, not in a memory file system: what is measured includes the fsync.
inline std::filesystem::path scratch_parent() {
    const auto parent = std::filesystem::current_path() / "bench-scratch";
    std::filesystem::create_directories(parent);
    return parent;
}

}  // namespace gdprd::bench
