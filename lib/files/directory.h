// An open directory, and the ways on from it that cannot lead out of it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::files {

// A single name: no slash, no NUL, not empty, neither "." nor "..".
bool is_plain_name(std::string_view name);

class Directory {
  public:
    // Of the path itself links are followed: the operator named it. Throws FilesError.
    static Directory open(const std::filesystem::path& path, const std::string& place);
    Directory(Directory&& other) noexcept;
    Directory& operator=(Directory&&) = delete;
    ~Directory();

    // Nothing when there is no such directory. Throws FilesError when it cannot be entered, or when a link or
    // a file has its name.
    std::optional<Directory> enter(std::string_view name, const std::string& place) const;
    // The same for several steps, "images/lead_avatars".
    std::optional<Directory> walk(std::string_view names, const std::string& place) const;

    std::vector<std::string> names(const std::string& place) const;

    enum class Removal { done, not_there, not_a_file };
    // `name` must be plain. Throws FilesError.
    Removal remove_file(const std::string& name, const std::string& place) const;
    // Makes removals last through a power cut. Throws FilesError.
    void sync(const std::string& place) const;

    bool is_writable() const;

  private:
    explicit Directory(int descriptor) : descriptor_(descriptor) {}

    int descriptor_;
};

}  // namespace gdprd::files
