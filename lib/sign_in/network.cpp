#include "sign_in/network.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <cstring>

namespace gdprd::sign_in {

std::string network_of(const std::string& remote) {
    const std::string address = remote.substr(0, remote.find('%'));  // fe80::1%eth0
    in_addr four{};
    if (::inet_pton(AF_INET, address.c_str(), &four) == 1) {
        return {reinterpret_cast<const char*>(&four), sizeof four};
    }
    in6_addr six{};
    if (::inet_pton(AF_INET6, address.c_str(), &six) != 1) return remote;
    const char* const bytes = reinterpret_cast<const char*>(&six);
    if (IN6_IS_ADDR_V4MAPPED(&six)) return {bytes + 12, sizeof four};
    return {bytes, 8};
}

}  // namespace gdprd::sign_in
