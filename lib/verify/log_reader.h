// Reads Mautic's log files line by line. Only plain files: links are not followed, compressed files not
// opened; both are told.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "verify/whole_search.h"

namespace gdprd::verify {

// Gets what is read.
class LineVisitor {
  public:
    virtual ~LineVisitor() = default;
    virtual void begin_file(const std::string& file) = 0;  // relative to Mautic's directory
    // A line, or one of several overlapping parts of a long one: the first one begins where the line does,
    // and the last one ends where it does.
    virtual void part_of_line(std::string_view text, bool is_first, bool is_last) = 0;
    virtual void end_of_line() = 0;
    // `bytes` were read so far, of all files; false ends the reading.
    virtual bool end_of_block(std::uint64_t bytes, std::uint64_t bytes_in_all) = 0;
    // Also of a file that was not read to its end.
    virtual void end_file() = 0;
};

struct LogsRead {
    std::vector<NotSearched> not_searched;
    std::uint64_t files = 0;
    std::uint64_t bytes = 0;
    bool interrupted = false;  // by the visitor
};

// All files below `mautic_directory`/var/logs, which may itself be a link. Throws ConfigurationError when
// there is no such directory.
LogsRead read_logs(const std::filesystem::path& mautic_directory, LineVisitor& visitor);

}  // namespace gdprd::verify
