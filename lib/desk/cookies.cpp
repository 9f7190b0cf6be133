#include "desk/cookies.h"

#include <algorithm>

#include "base/text.h"

namespace gdprd::desk {

std::string cookie_of(std::string_view header, std::string_view name) {
    while (!header.empty()) {
        const std::string_view pair = trimmed(header.substr(0, header.find(';')));
        header.remove_prefix(std::min(header.size(), header.find(';')));
        if (!header.empty()) header.remove_prefix(1);
        const auto equals = pair.find('=');
        if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
            return std::string(pair.substr(equals + 1));
        }
    }
    return {};
}

std::string set_cookie(std::string_view name, std::string_view value,
                       std::optional<std::chrono::seconds> lasts) {
    std::string cookie(name);
    cookie += '=';
    cookie += value;
    cookie += "; Path=/; Secure; HttpOnly; SameSite=Strict";
    if (lasts) cookie += "; Max-Age=" + std::to_string(lasts->count());
    return cookie;
}

}  // namespace gdprd::desk
