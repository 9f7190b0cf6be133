#include "files/directory.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>

#include "files/contact_files.h"

namespace gdprd::files {

namespace {

constexpr int open_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;

}  // namespace

bool is_plain_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." && name.find('/') == std::string_view::npos &&
           name.find('\0') == std::string_view::npos;
}

Directory Directory::open(const std::filesystem::path& path, const std::string& place) {
    const int descriptor = ::open(path.c_str(), open_flags);
    if (descriptor < 0) throw FilesError(place, errno);
    return Directory(descriptor);
}

Directory::Directory(Directory&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Directory::~Directory() {
    if (descriptor_ >= 0) ::close(descriptor_);
}

std::optional<Directory> Directory::enter(std::string_view name, const std::string& place) const {
    if (!is_plain_name(name)) throw FilesError(place, EINVAL);
    const int descriptor = ::openat(descriptor_, std::string(name).c_str(), open_flags | O_NOFOLLOW);
    if (descriptor >= 0) return Directory(descriptor);
    if (errno == ENOENT) return std::nullopt;
    throw FilesError(place, errno);
}

std::optional<Directory> Directory::walk(std::string_view names, const std::string& place) const {
    const auto slash = names.find('/');
    auto next = enter(names.substr(0, slash), place);
    if (!next || slash == std::string_view::npos) return next;
    return next->walk(names.substr(slash + 1), place);
}

std::vector<std::string> Directory::names(const std::string& place) const {
    // A stream of its own, from the beginning: it closes the descriptor it was made from.
    const int own = ::openat(descriptor_, ".", open_flags);
    if (own < 0) throw FilesError(place, errno);
    const std::unique_ptr<DIR, int (*)(DIR*)> stream(::fdopendir(own), ::closedir);
    if (stream == nullptr) {
        const int code = errno;
        ::close(own);
        throw FilesError(place, code);
    }
    std::vector<std::string> found;
    for (;;) {
        errno = 0;
        const dirent* entry = ::readdir(stream.get());
        if (entry == nullptr) break;
        found.emplace_back(entry->d_name);
    }
    if (errno != 0) throw FilesError(place, errno);
    return found;
}

Directory::Removal Directory::remove_file(const std::string& name, const std::string& place) const {
    struct stat status {};
    if (::fstatat(descriptor_, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        // A name too long for the file system cannot be the name of a file on it.
        if (errno == ENOENT || errno == ENAMETOOLONG) return Removal::not_there;
        throw FilesError(place, errno);
    }
    if (!S_ISREG(status.st_mode)) return Removal::not_a_file;
    // A link put in the file's place meanwhile would be removed itself; what it points to is never touched.
    if (::unlinkat(descriptor_, name.c_str(), 0) == 0) return Removal::done;
    if (errno == ENOENT) return Removal::not_there;
    throw FilesError(place, errno);
}

void Directory::sync(const std::string& place) const {
    // Some file systems cannot, and say so with EINVAL.
    if (::fsync(descriptor_) != 0 && errno != EINVAL) throw FilesError(place, errno);
}

bool Directory::is_writable() const {
    return ::faccessat(descriptor_, ".", R_OK | W_OK | X_OK, AT_EACCESS) == 0;
}

}  // namespace gdprd::files
