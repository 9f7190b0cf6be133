#include "http/socket_file.h"

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>

#include "base/error.h"

namespace gdprd::http {

namespace {

[[noreturn]] void refuse(const Listener& listener, const std::string& reason) {
    throw ConfigurationError("cannot listen on " + listener.unix_socket + ": " + reason);
}

// Whether a process listens there.
bool is_in_use(const std::string& path) {
    const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (probe < 0) return true;
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, path.data(), path.size());
    const bool refused =
        ::connect(probe, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0 &&
        errno == ECONNREFUSED;
    ::close(probe);
    return !refused;
}

gid_t group_id(const Listener& listener) {
    errno = 0;
    const group* found = ::getgrnam(listener.unix_socket_group.c_str());
    if (found == nullptr) refuse(listener, "there is no group " + listener.unix_socket_group);
    return found->gr_gid;
}

}  // namespace

void SocketFile::require_place(const Listener& listener) {
    const std::string& path = listener.unix_socket;
    if (path.size() >= sizeof(sockaddr_un::sun_path)) refuse(listener, "the path is too long for a socket");
    struct stat status {};
    if (::lstat(path.c_str(), &status) == 0 && !S_ISSOCK(status.st_mode)) {
        refuse(listener, "something else is there");
    }
    const auto directory = std::filesystem::path(path).parent_path();
    std::error_code ignored;
    if (!path.starts_with("/run/") && !std::filesystem::is_directory(directory, ignored)) {
        refuse(listener, "there is no directory " + directory.string());
    }
    if (!listener.unix_socket_group.empty()) group_id(listener);
}

SocketFile::SocketFile(const Listener& listener) {
    require_place(listener);
    const std::string& path = listener.unix_socket;
    struct stat status {};
    if (::lstat(path.c_str(), &status) != 0) return;
    if (is_in_use(path)) {
        throw Error("cannot listen on " + path + ": " + std::strerror(EADDRINUSE),
                    "Another process listens there, another mautic-gdprd perhaps");
    }
    ::unlink(path.c_str());
}

void SocketFile::give_access(const Listener& listener) {
    path_ = listener.unix_socket;
    struct stat status {};
    if (::lstat(path_.c_str(), &status) != 0) refuse(listener, std::strerror(errno));
    device_ = status.st_dev;
    inode_ = status.st_ino;
    constexpr auto same_owner = static_cast<uid_t>(-1);
    if (!listener.unix_socket_group.empty() && ::chown(path_.c_str(), same_owner, group_id(listener)) != 0) {
        refuse(listener,
               "it cannot be given to the group " + listener.unix_socket_group + ": " + std::strerror(errno));
    }
    if (::chmod(path_.c_str(), listener.unix_socket_mode) != 0) refuse(listener, std::strerror(errno));
}

void SocketFile::remove() {
    struct stat status {};
    const bool is_ours = !path_.empty() && ::lstat(path_.c_str(), &status) == 0 && status.st_dev == device_ &&
                         status.st_ino == inode_;
    if (is_ours) ::unlink(path_.c_str());
    path_.clear();
}

}  // namespace gdprd::http
