// Searches Mautic's log files (verify/log_reader.h) for what identified a person, line by line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "matching/identity.h"
#include "verify/whole_search.h"

namespace gdprd::verify {

struct FileHits {
    std::string file;  // relative to Mautic's directory
    std::uint64_t lines_strong = 0;
    std::uint64_t lines_weak = 0;
};

struct LogFindings {
    std::vector<FileHits> hits;
    std::vector<NotSearched> not_searched;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    bool interrupted = false;
};

// Gets the file and the bytes read and to be read of all files; false ends the search.
using LogGoOn = std::function<bool(const std::string& file, std::uint64_t bytes, std::uint64_t bytes_in_all)>;

// Throws ConfigurationError when there is no such directory.
LogFindings search_logs(const std::filesystem::path& mautic_directory, const matching::Identity& identity,
                        bool strong_only, const LogGoOn& go_on);

}  // namespace gdprd::verify
