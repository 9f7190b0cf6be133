#include "system/manager_socket.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <stdexcept>

namespace gdprd::test {

ManagerSocket::ManagerSocket(const std::filesystem::path& path)
    : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.string().copy(address.sun_path, sizeof address.sun_path - 1);
    if (::bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(socket_);
        throw std::runtime_error("cannot bind " + path.string());
    }
    const timeval patience{30, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
}

ManagerSocket::~ManagerSocket() { ::close(socket_); }

std::string ManagerSocket::wait_for(std::string_view text) const {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (std::chrono::steady_clock::now() < deadline) {
        std::array<char, 4096> buffer{};
        const ssize_t length = ::recv(socket_, buffer.data(), buffer.size(), 0);
        if (length <= 0) break;
        std::string message(buffer.data(), static_cast<std::size_t>(length));
        if (message.find(text) != std::string::npos) return message;
    }
    throw std::runtime_error("the service manager was not told: " + std::string(text));
}

}  // namespace gdprd::test
