// Whom an internet address stands for when wrong passwords are counted. Pure.
#pragma once

#include <string>

namespace gdprd::sign_in {

// An IPv4 address, also one that is written as IPv6; of an IPv6 address the first 64 bits, because whoever
// has one has all that begin like it. Another text is itself.
std::string network_of(const std::string& remote);

}  // namespace gdprd::sign_in
