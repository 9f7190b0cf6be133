#include "daemon/command/terminal/new_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

#include "base/error.h"

namespace gdprd::command {

namespace {

[[noreturn]] void refuse(const std::filesystem::path& file) {
    throw ConfigurationError(file.string() + ": exists already, and init never overwrites",
                             "Nothing was changed. Move the file away, or choose another --directory");
}

bool write_all(int descriptor, const std::string& content) {
    std::size_t written = 0;
    while (written < content.size()) {
        const ssize_t count = ::write(descriptor, content.data() + written, content.size() - written);
        if (count < 0 && errno != EINTR) return false;
        if (count > 0) written += static_cast<std::size_t>(count);
    }
    return ::fsync(descriptor) == 0;
}

}  // namespace

NewFiles::~NewFiles() {
    std::error_code ignored;
    for (const auto& file : written_) std::filesystem::remove(file, ignored);
}

void NewFiles::write(const std::filesystem::path& file, const std::string& content, mode_t mode) {
    const int descriptor = ::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0 && errno == EEXIST) refuse(file);
    if (descriptor < 0) throw Error(file.string() + ": cannot be written: " + std::strerror(errno));
    written_.push_back(file);
    // The mode is set on the open file: umask would take from what open() is given.
    const bool done = write_all(descriptor, content) && ::fchmod(descriptor, mode) == 0;
    const int code = errno;
    ::close(descriptor);
    if (!done) throw Error(file.string() + ": cannot be written: " + std::strerror(code));
}

void refuse_existing(const std::filesystem::path& file) {
    std::error_code error;
    // A dangling link is in the way too.
    const auto type = std::filesystem::symlink_status(file, error).type();
    if (type == std::filesystem::file_type::not_found) return;
    if (error) {
        throw Error(file.string() + ": cannot be looked at: " + error.message(),
                    "Nothing was changed. Run as the administrator (root)");
    }
    refuse(file);
}

}  // namespace gdprd::command
