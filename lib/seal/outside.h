// The copy of the seals outside the database: a file with one line a seal (seal/seal.h), which is only ever
// added to. Best on another machine's disk, or one that takes additions only.
//
// Errors: Error when the file cannot be read or written.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include "seal/seal.h"

namespace gdprd::seal {

class OutsideFile {
  public:
    explicit OutsideFile(std::filesystem::path file) : file_(std::move(file)) {}

    // The seal in the last line; nothing when there is no file, or it is empty. Throws Error when that line
    // is no seal.
    std::optional<Seal> last() const;
    // On disk when it returns. A line that a crash cut off is ended first.
    void append(const Seal& seal) const;

  private:
    const std::filesystem::path file_;
};

struct OutsideCopies {
    std::map<std::uint64_t, std::string> hashes;  // of the lines, by the seals' numbers
    std::uint64_t unreadable = 0;                 // lines
    std::uint64_t contradicting = 0;              // lines with a number that another line has, and otherwise
};
// All lines of a file; the prefix that a journal puts before them is passed over. Throws ConfigurationError
// when it cannot be read.
OutsideCopies read_copies(const std::filesystem::path& file);

}  // namespace gdprd::seal
