#include "base/url.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd {

namespace {

constexpr std::uint16_t plain_port = 80;
constexpr std::uint16_t tls_port = 443;
constexpr std::size_t host_length_max = 253;  // of a name, RFC 1035

bool is_graphic(char c) { return c > ' ' && c < 0x7f; }

// Takes what stands before `end`; the end itself goes too.
std::optional<std::string_view> take_before(std::string_view& text, std::string_view end) {
    const auto at = text.find(end);
    if (at == std::string_view::npos) return std::nullopt;
    const std::string_view taken = text.substr(0, at);
    text.remove_prefix(at + end.size());
    return taken;
}

bool is_host_name(std::string_view host) {
    const auto is_allowed = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-' || c == '.' || c == '_';
    };
    return !host.empty() && host.size() <= host_length_max && host.front() != '.' &&
           std::all_of(host.begin(), host.end(), is_allowed);
}

bool is_ipv6(std::string_view host) {
    const auto is_allowed = [](char c) {
        return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.';
    };
    return host.find(':') != std::string_view::npos && std::all_of(host.begin(), host.end(), is_allowed);
}

bool read_host(std::string_view& authority, Url& url) {
    if (authority.starts_with('[')) {
        authority.remove_prefix(1);
        const auto host = take_before(authority, "]");
        if (!host) return false;
        url.host = to_lower(*host);
        return is_ipv6(url.host);
    }
    const auto colon = std::min(authority.find(':'), authority.size());
    url.host = to_lower(authority.substr(0, colon));
    authority.remove_prefix(colon);
    return is_host_name(url.host);
}

bool read_port(std::string_view authority, Url& url) {
    url.port = url.tls ? tls_port : plain_port;
    if (authority.empty() || authority == ":") return true;
    if (!authority.starts_with(':') || authority.size() > 6) return false;
    const auto port = whole_number<std::uint32_t>(authority.substr(1));
    if (!port || *port == 0 || *port > UINT16_MAX) return false;
    url.port = static_cast<std::uint16_t>(*port);
    return true;
}

}  // namespace

std::string Url::authority() const {
    const std::string name = host.find(':') == std::string::npos ? host : '[' + host + ']';
    return port == (tls ? tls_port : plain_port) ? name : name + ':' + std::to_string(port);
}

std::string Url::shown() const { return (tls ? "https://" : "http://") + authority() + path; }

std::string Url::place() const {
    const bool has_more = path != "/" || !query.empty();
    return (tls ? "https://" : "http://") + authority() + '/' + (has_more ? "…" : "");
}

std::optional<Url> parse_url(std::string_view text) {
    if (!std::all_of(text.begin(), text.end(), is_graphic)) return std::nullopt;
    text = text.substr(0, text.find('#'));
    const auto scheme = take_before(text, "://");
    if (!scheme) return std::nullopt;
    Url url;
    url.tls = to_lower(*scheme) == "https";
    if (!url.tls && to_lower(*scheme) != "http") return std::nullopt;
    const auto authority_end = std::min(text.find_first_of("/?"), text.size());
    std::string_view authority = text.substr(0, authority_end);
    text.remove_prefix(authority_end);
    if (!read_host(authority, url) || !read_port(authority, url)) return std::nullopt;
    const auto query = std::min(text.find('?'), text.size());
    url.path = query == 0 ? "/" : text.substr(0, query);
    url.query = text.substr(query);
    return url;
}

}  // namespace gdprd
