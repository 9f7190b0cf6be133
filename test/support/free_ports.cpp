#include "support/free_ports.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <mutex>
#include <random>
#include <set>
#include <stdexcept>

namespace gdprd::test {

namespace {

bool is_free(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int descriptor = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // A server that was there a moment ago leaves connections that wait to be forgotten; its successor may
    // bind all the same.
    const int yes = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    const bool bound = ::bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(descriptor);
    return bound;
}

}  // namespace

std::vector<std::uint16_t> free_ports(std::size_t count) {
    // Below the ports that the kernel gives to clients: while a server is down its port must not become
    // somebody's client's.
    constexpr int first = 20'000;
    constexpr int last = 32'000;
    constexpr int attempts_max = 10'000;
    std::random_device random;
    std::uniform_int_distribution<int> any(first, last);
    // Whoever got one before may not listen on it yet.
    static std::mutex mutex;
    static std::set<std::uint16_t> given;
    const std::lock_guard lock(mutex);
    std::vector<std::uint16_t> ports;
    for (int attempt = 0; ports.size() < count; ++attempt) {
        if (attempt == attempts_max) throw std::runtime_error("no free port");
        const auto port = static_cast<std::uint16_t>(any(random));
        if (is_free(port) && given.insert(port).second) ports.push_back(port);
    }
    return ports;
}

std::string loopback_address(std::uint16_t port) { return "127.0.0.1:" + std::to_string(port); }

}  // namespace gdprd::test
