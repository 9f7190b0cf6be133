#include "matching/unescape.h"

#include <algorithm>
#include <cstdint>
#include <optional>

#include "base/text.h"
#include "content/html_entities.h"

namespace gdprd::matching {

namespace {

constexpr std::size_t local_part_bytes_max = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::string_view signs_of_addresses = "@.-_+!#$%&'*^`{}~";

// The functions below look at an escape at the beginning of `text`, append what it stands for and return its
// length; 0 when it is none.

std::size_t take_percent(std::string_view text, std::string& plain) {
    if (text.size() < 3) return 0;
    const auto byte = whole_number<std::uint32_t>(text.substr(1, 2), 16);
    if (!byte) return 0;
    plain += static_cast<char>(*byte);
    return 3;
}

std::optional<std::uint32_t> unicode_escape(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    return whole_number<std::uint32_t>(text.substr(2, 4), 16);
}

std::size_t take_unicode(std::string_view text, std::string& plain) {
    const auto first = unicode_escape(text);
    if (!first) return 0;
    if (*first >= 0xd800 && *first < 0xdc00) {
        const auto second = unicode_escape(text.substr(6));
        if (second && *second >= 0xdc00 && *second < 0xe000) {
            append_utf8(plain, 0x10000 + ((*first - 0xd800) << 10) + (*second - 0xdc00));
            return 12;
        }
    }
    append_utf8(plain, *first);
    return 6;
}

std::size_t take_backslash(std::string_view text, std::string& plain) {
    constexpr std::string_view letters = "\\\"'/nrtbf0";
    constexpr std::string_view meanings("\\\"'/\n\r\t\b\f\0", letters.size());
    if (text.size() < 2) return 0;
    if (text[1] == 'u') return take_unicode(text, plain);
    const auto at = letters.find(text[1]);
    if (at == std::string_view::npos) return 0;
    plain += meanings[at];
    return 2;
}

// A form writes a blank as '+' and '@' as "%40"; in "jo+ann@example.org" the '+' is a part of the address. So
// the sign is a blank where the '@' after it is encoded.
bool is_blank_of_form(std::string_view after_plus) {
    std::size_t at = 0;
    const auto is_of_local_part = [](char c) {
        return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
               c == '-' || c == '_';
    };
    while (at < after_plus.size() && at < local_part_bytes_max && is_of_local_part(after_plus[at])) ++at;
    return after_plus.substr(at).starts_with("%40");
}

std::size_t take_escape(std::string_view text, std::string& plain) {
    switch (text.front()) {
        case '%':
            return take_percent(text, plain);
        case '\\':
            return take_backslash(text, plain);
        case '+':
            if (!is_blank_of_form(text.substr(1))) return 0;
            plain += ' ';
            return 1;
        default:
            return content::take_html_entity(text, plain);
    }
}

std::size_t take_quoted(std::string_view text, std::string& plain) {
    if (text.starts_with("=\n")) return 2;
    if (text.starts_with("=\r\n")) return 3;
    if (text.size() < 3) return 0;
    const auto byte = whole_number<std::uint32_t>(text.substr(1, 2), 16);
    if (!byte) return 0;
    const char meant = static_cast<char>(*byte);
    if (*byte < 0x80 && signs_of_addresses.find(meant) == std::string_view::npos) return 0;
    plain += meant;
    return 3;
}

}  // namespace

bool unescape(std::string_view text, std::string& plain) {
    bool changed = false;
    plain.clear();
    while (!text.empty()) {
        std::size_t at = 0;
        while (at < text.size() && text[at] != '%' && text[at] != '\\' && text[at] != '&' && text[at] != '+')
            ++at;
        plain.append(text.substr(0, at));
        text.remove_prefix(at);
        if (text.empty()) break;
        const std::size_t taken = take_escape(text, plain);
        changed = changed || taken > 0;
        if (taken == 0) plain += text.front();
        text.remove_prefix(taken == 0 ? 1 : taken);
    }
    return changed;
}

bool unquote(std::string_view text, std::string& plain) {
    bool changed = false;
    plain.clear();
    while (!text.empty()) {
        const std::size_t at = std::min(text.find('='), text.size());
        plain.append(text.substr(0, at));
        text.remove_prefix(at);
        if (text.empty()) break;
        const std::size_t taken = take_quoted(text, plain);
        changed = changed || taken > 0;
        if (taken == 0) plain += text.front();
        text.remove_prefix(taken == 0 ? 1 : taken);
    }
    return changed;
}

}  // namespace gdprd::matching
