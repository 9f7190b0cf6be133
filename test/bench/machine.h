// What the figures were taken on: without it a rate says nothing.
#pragma once

#include <unistd.h>

#include <cstdint>
#include <filesystem>
#include <string>

namespace gdprd::bench {

struct Machine {
    unsigned cores = 0;
    std::string processor;
    double memory_gib = 0;
    double load = 0;  // of the last minute, before the measurements: whether others work here too
    std::string filesystem;
    std::string disk;
    double fsync_ms = 0, fsync_p99_ms = 0;  // of 4 KiB appended to a file
    std::string build;

    std::string words() const;
    std::string json() const;
};

// `directory`: where measurements write; it is written to.
Machine look_at_machine(const std::filesystem::path& directory);

inline std::uint64_t memory_bytes() {
    return static_cast<std::uint64_t>(::sysconf(_SC_PHYS_PAGES)) *
           static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace gdprd::bench
