#include "daemon/command/terminal/new_stream.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>

#include "base/error.h"

namespace gdprd::command {

namespace {

constexpr std::size_t buffer_bytes = 65'536;

[[noreturn]] void refuse_to_overwrite(const std::filesystem::path& file) {
    throw ConfigurationError(file.string() + ": exists already, and is not overwritten",
                             "Choose another name, or move the file away");
}

bool is_there(const std::filesystem::path& file) {
    struct stat status {};
    return ::lstat(file.c_str(), &status) == 0;
}

// The name itself must survive a power cut, too.
bool sync_directory(const std::filesystem::path& file) {
    const auto directory = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) return false;
    const bool done = ::fsync(descriptor) == 0;
    ::close(descriptor);
    return done;
}

}  // namespace

NewStream::NewStream(std::filesystem::path file, Existing existing)
    : file_(std::move(file)), part_(file_.string() + ".part"), existing_(existing) {
    if (existing_ == Existing::refused && is_there(file_)) refuse_to_overwrite(file_);
    descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor_ < 0 && errno == EEXIST) {
        throw ConfigurationError(
            part_.string() + ": exists already: another command writes it, or was killed",
            "When none is running, remove it");
    }
    if (descriptor_ < 0) fail("cannot be written");
}

NewStream::~NewStream() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(part_.c_str());
}

void NewStream::fail(const char* what) const {
    throw Error(file_.string() + ": " + what + ": " + std::strerror(errno));
}

void NewStream::write(std::string_view text) {
    buffer_ += text;
    if (buffer_.size() >= buffer_bytes) flush();
}

void NewStream::flush() {
    for (std::size_t written = 0; written < buffer_.size();) {
        const ssize_t count = ::write(descriptor_, buffer_.data() + written, buffer_.size() - written);
        if (count < 0 && errno != EINTR) fail("cannot be written");
        if (count > 0) written += static_cast<std::size_t>(count);
    }
    buffer_.clear();
}

void NewStream::finish() {
    flush();
    if (::fsync(descriptor_) != 0) fail("cannot be written");
    // link() never replaces a file, rename() would; not every file system has it.
    if (existing_ == Existing::replaced) {
        if (::rename(part_.c_str(), file_.c_str()) != 0) fail("cannot be written");
    } else if (::link(part_.c_str(), file_.c_str()) == 0) {
        ::unlink(part_.c_str());
    } else if (errno == EEXIST || is_there(file_)) {
        refuse_to_overwrite(file_);
    } else if (::rename(part_.c_str(), file_.c_str()) != 0) {
        fail("cannot be written");
    }
    ::close(descriptor_);
    descriptor_ = -1;
    if (!sync_directory(file_)) fail("is written, but its directory cannot be synchronised");
}

}  // namespace gdprd::command
