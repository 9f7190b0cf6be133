#include "webhook_setup/address.h"

#include <arpa/inet.h>

#include <array>
#include <optional>

#include "base/text.h"

namespace gdprd::webhook_setup {

namespace {

struct Address {
    std::string scheme;  // "" when the URL has none
    std::string host;
    std::string port;
    std::string path;  // without slashes at its end
};

std::string_view without_slashes_at_the_end(std::string_view path) {
    while (path.ends_with('/')) path.remove_suffix(1);
    return path;
}

std::string usual_port(const std::string& scheme) {
    if (scheme == "https") return "443";
    return scheme == "http" ? "80" : "";
}

// A colon inside of brackets belongs to an IPv6 address.
void split_host(std::string_view text, Address& address) {
    const auto colon = text.rfind(':');
    const auto bracket = text.rfind(']');
    if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
        address.port = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    if (text.ends_with('.')) text.remove_suffix(1);
    address.host = to_lower(text);
    if (address.port.empty()) address.port = usual_port(address.scheme);
}

Address parse(std::string_view url) {
    Address address;
    url = trimmed(url);
    url = url.substr(0, url.find_first_of("?#"));
    if (const auto end = url.find("://"); end != std::string_view::npos) {
        address.scheme = to_lower(url.substr(0, end));
        url.remove_prefix(end + 3);
    }
    const auto path_begin = url.find('/');
    std::string_view authority = url.substr(0, path_begin);
    if (path_begin != std::string_view::npos) {
        address.path = without_slashes_at_the_end(url.substr(path_begin));
    }
    if (const auto at = authority.rfind('@'); at != std::string_view::npos) authority.remove_prefix(at + 1);
    split_host(authority, address);
    return address;
}

bool same(const Address& one, const Address& other) {
    if (one.host != other.host || one.path != other.path) return false;
    if (one.scheme.empty() || other.scheme.empty()) return true;  // typed without one
    return one.scheme == other.scheme && one.port == other.port;
}

using Octets = std::array<unsigned char, 16>;

// Of an IPv4 address the first four.
std::optional<Octets> octets_of(int family, const std::string& text) {
    Octets octets{};
    if (::inet_pton(family, text.c_str(), octets.data()) != 1) return std::nullopt;
    return octets;
}

bool is_private_ipv4(const Octets& octets) {
    const auto first = octets[0];
    const auto second = octets[1];
    return first == 10 || first == 127 || (first == 172 && (second & 0xf0) == 16) ||
           (first == 192 && second == 168) || (first == 169 && second == 254);
}

// fc00::/7, fe80::/10, ::1
bool is_private_ipv6(const Octets& octets) {
    constexpr Octets loopback{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1};
    return (octets[0] & 0xfe) == 0xfc || (octets[0] == 0xfe && (octets[1] & 0xc0) == 0x80) ||
           octets == loopback;
}

}  // namespace

bool is_private_address(const std::string& address) {
    const std::string without_zone = address.substr(0, address.find('%'));
    if (const auto octets = octets_of(AF_INET, without_zone)) return is_private_ipv4(*octets);
    const auto octets = octets_of(AF_INET6, without_zone);
    return octets && is_private_ipv6(*octets);
}

bool points_at(std::string_view webhook_url, const WebhookTarget& target) {
    const Address address = parse(webhook_url);
    if (address.host.empty()) return false;
    if (!target.url.empty()) return same(address, parse(target.url));
    const std::string_view path = without_slashes_at_the_end(target.path);
    return path.empty() ? address.path.empty() : address.path.ends_with(path);
}

std::string server_of(std::string_view url) {
    const Address address = parse(url);
    return address.scheme + "://" + address.host + ':' + address.port;
}

}  // namespace gdprd::webhook_setup
