// An absolute URL of http or https. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gdprd {

struct Url {
    bool tls = false;
    std::string host;  // in lower case; an IPv6 address without its brackets
    std::uint16_t port = 0;
    std::string path;   // begins with '/'
    std::string query;  // with its '?'; "" when there is none

    bool operator==(const Url&) const = default;

    // What a request line has.
    std::string target() const { return path + query; }
    // "example.org", "[::1]:8480": a port that goes without saying is not said.
    std::string authority() const;
    // Without the query, which may hold somebody's token.
    std::string shown() const;
    // Without the path, too, where that may hold one, as with many services' webhooks:
    // "https://example.org/…".
    std::string place() const;
};

// Nothing for another scheme, a missing host, credentials before the host, a port that is none, white space,
// control characters and anything beyond ASCII. A fragment is left out, as by every client.
std::optional<Url> parse_url(std::string_view text);

}  // namespace gdprd
