// A directory of its own for one test, gone with everything in it when the object goes.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace gdprd::test {

class TemporaryDirectory {
  public:
    // Below $TMPDIR or /tmp, short enough for a Unix socket in it; mode 0700.
    TemporaryDirectory();
    explicit TemporaryDirectory(const std::filesystem::path& parent);
    ~TemporaryDirectory();
    TemporaryDirectory(const TemporaryDirectory&) = delete;
    TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

    const std::filesystem::path& path() const { return path_; }
    std::filesystem::path operator/(std::string_view name) const { return path_ / name; }

    // Writes a file into it and returns the file's path.
    std::filesystem::path write(std::string_view name, std::string_view content) const;

  private:
    std::filesystem::path path_;
};

// The whole content of a file; throws std::runtime_error when it cannot be read.
std::string read_file(const std::filesystem::path& path);

}  // namespace gdprd::test
