// A small disk of its own for a directory, which a test can fill. For root only.
#pragma once

#include <cstdint>
#include <filesystem>

namespace gdprd::test {

class SmallDisk {
  public:
    explicit SmallDisk(const std::filesystem::path& directory, std::uintmax_t mebibytes = 4);
    ~SmallDisk();
    SmallDisk(const SmallDisk&) = delete;
    SmallDisk& operator=(const SmallDisk&) = delete;

    bool mounted() const { return mounted_; }  // false: this is not root, and the directory is as it was
    // Leaves this much; a program of somebody else fills the rest.
    void fill_but(std::uintmax_t bytes);
    void make_room() { std::filesystem::remove(directory_ / "ballast"); }

  private:
    std::filesystem::path directory_;
    bool mounted_ = false;
};

}  // namespace gdprd::test
