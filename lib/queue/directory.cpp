#include "queue/directory.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>

#include "queue/queue.h"

namespace gdprd::queue {
namespace {

namespace fs = std::filesystem;

[[noreturn]] void fail(const fs::path& path, const char* doing, int code) {
    throw QueueError(path.string() + ": cannot " + doing + ": " + std::generic_category().message(code),
                     "Check that the directory exists and belongs to the user the daemon runs as.");
}

// A new name is only durable once the directory that holds it is synced.
void sync_directory(const fs::path& directory) {
    const int descriptor = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) fail(directory, "open", errno);
    const int result = ::fsync(descriptor);
    const int code = errno;
    ::close(descriptor);
    if (result != 0) fail(directory, "sync", code);
}

std::string holder_of(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t length = ::pread(descriptor, text.data(), text.size() - 1, 0);
    std::string digits;
    for (ssize_t i = 0; i < length; ++i) {
        const char c = text[static_cast<std::size_t>(i)];
        if (c < '0' || c > '9') break;
        digits += c;
    }
    return digits.empty() ? "another daemon" : "another daemon, process " + digits + ",";
}

}  // namespace

fs::path queue_file(const fs::path& directory) { return directory / "queue.db"; }

void make_directory(const fs::path& directory) {
    std::error_code error;
    if (fs::is_directory(directory, error)) return;
    const fs::path parent = fs::absolute(directory).lexically_normal().parent_path();
    fs::create_directories(parent, error);
    if (error) fail(parent, "create", error.value());
    if (::mkdir(directory.c_str(), S_IRWXU) != 0 && errno != EEXIST) fail(directory, "create", errno);
    sync_directory(parent);
}

void make_file(const fs::path& file) {
    std::error_code ignored;
    const fs::path wal = file.string() + "-wal";
    const bool has_wal = fs::exists(wal, ignored) && fs::file_size(wal, ignored) > 0;
    const bool has_content = fs::exists(file, ignored) && fs::file_size(file, ignored) > 0;
    if (has_wal && !has_content) {
        throw QueueError(
            file.string() + ": is missing or empty, but its " + wal.filename().string() + " is not",
            "Restore the file that belongs to it, or move both away.");
    }
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor < 0) fail(file, "open", errno);
    ::close(descriptor);
    sync_directory(file.parent_path());
}

DirectoryLock::DirectoryLock(const fs::path& directory) {
    const fs::path file = directory / "queue.lock";
    descriptor_ = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (descriptor_ < 0) fail(file, "open", errno);
    if (::flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
        const int code = errno;
        const std::string holder = holder_of(descriptor_);
        ::close(descriptor_);
        if (code != EWOULDBLOCK) fail(file, "lock", code);
        throw QueueError(directory.string() + ": " + holder + " uses this state directory",
                         "Each daemon needs its own state directory; end the other one first.");
    }
    // The number is only for the message above; on a full disk the lock is as good without it.
    const std::string pid = std::to_string(::getpid()) + "\n";
    if (::ftruncate(descriptor_, 0) == 0) {
        [[maybe_unused]] const ssize_t written = ::pwrite(descriptor_, pid.data(), pid.size(), 0);
    }
}

DirectoryLock::~DirectoryLock() { ::close(descriptor_); }

}  // namespace gdprd::queue
