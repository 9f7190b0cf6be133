// Ports of 127.0.0.1 for a program that a test starts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace gdprd::test {

// Ports that nobody listens on right now, all different, and none that this process was given before. Throws
// std::runtime_error.
std::vector<std::uint16_t> free_ports(std::size_t count);

// "127.0.0.1:PORT"
std::string loopback_address(std::uint16_t port);

}  // namespace gdprd::test
