// Files that are written once and never over another one.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

namespace gdprd::command {

// All of them or none: what was written is removed again unless keep() is called.
class NewFiles {
  public:
    NewFiles() = default;
    ~NewFiles();
    NewFiles(const NewFiles&) = delete;
    NewFiles& operator=(const NewFiles&) = delete;

    // Throws ConfigurationError when the file exists, Error when it cannot be written.
    void write(const std::filesystem::path& file, const std::string& content, mode_t mode);
    void keep() { written_.clear(); }

  private:
    std::vector<std::filesystem::path> written_;
};

// Throws ConfigurationError naming the file when it exists.
void refuse_existing(const std::filesystem::path& file);

}  // namespace gdprd::command
