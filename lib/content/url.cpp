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

// '@', or %40, which encoded again is %2540 and then %252540.
bool holds_address(std::string_view text) {
    if (text.find('@') != std::string_view::npos) return true;
    for (auto percent = text.find('%'); percent != std::string_view::npos;
         percent = text.find('%', percent + 1)) {
        std::string_view code = text.substr(percent + 1);
        while (code.starts_with("25")) code.remove_prefix(2);
        if (code.starts_with("40")) return true;
    }
    return false;
}

}  // namespace

std::string without_query(std::string_view url) {
    const std::string_view bare = before(before(url, '?'), '#');
    if (!holds_address(bare)) return std::string(bare);
    const std::string_view origin = scheme_and_host(bare);
    return holds_address(origin) ? "" : std::string(origin);
}

}  // namespace gdprd::content
