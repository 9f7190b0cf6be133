#include "desk/fields.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::desk {

namespace {

// "203.0.113.9:4001" and "[2001:db8::1]:4001" without the port, and without brackets.
std::string_view without_port(std::string_view peer) {
    if (peer.starts_with('[')) return peer.substr(1, peer.find(']') - 1);
    const auto colon = peer.find(':');
    return colon != std::string_view::npos && colon == peer.rfind(':') ? peer.substr(0, colon) : peer;
}

}  // namespace

std::string forwarded_for(const http::Fields& fields) {
    std::string_view list;
    for (const auto& [name, value] : fields) {
        if (name == "x-forwarded-for") list = value;
    }
    const auto comma = list.rfind(',');
    return std::string(
        without_port(trimmed(comma == std::string_view::npos ? list : list.substr(comma + 1))));
}

std::optional<words::Language> preferred_language(std::string_view accepted) {
    while (!accepted.empty()) {
        const std::string_view one = trimmed(accepted.substr(0, accepted.find(',')));
        if (const auto language = words::language_names.value_of(to_lower(one.substr(0, 2)))) {
            return language;
        }
        accepted.remove_prefix(std::min(accepted.size(), accepted.find(',')));
        if (!accepted.empty()) accepted.remove_prefix(1);
    }
    return std::nullopt;
}

}  // namespace gdprd::desk
