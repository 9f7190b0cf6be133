#include "content/url.h"

namespace gdprd::content {

namespace {

std::string_view before(std::string_view text, char end) { return text.substr(0, text.find(end)); }

// SUBSTRING_INDEX(text, '/', 3)
std::string_view scheme_and_host(std::string_view url) {
    std::size_t slash = url.find('/');
    for (int found = 1; found < 3 && slash != std::string_view::npos; ++found) {
        slash = url.find('/', slash + 1);
    }
    return url.substr(0, slash);
}

// '@' is %40, encoded again %2540, then %252540: without every "25" they are all %40. That takes a few
// harmless paths for addresses ("%4250") and never misses one.
bool holds_address(std::string_view text) {
    if (text.find('@') != std::string_view::npos) return true;
    std::string reduced;
    reduced.reserve(text.size());
    while (!text.empty()) {
        const bool encoded_percent = text.starts_with("25");
        if (!encoded_percent) reduced += text.front();
        text.remove_prefix(encoded_percent ? 2 : 1);
    }
    return reduced.find("%40") != std::string::npos;
}

}  // namespace

std::string without_query(std::string_view url) {
    const std::string_view bare = before(before(url, '?'), '#');
    if (!holds_address(bare)) return std::string(bare);
    const std::string_view origin = scheme_and_host(bare);
    return holds_address(origin) ? "" : std::string(origin);
}

}  // namespace gdprd::content
