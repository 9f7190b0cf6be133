#include "erasure/unescape.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <optional>

namespace gdprd::erasure {

namespace {

struct Entity {
    std::string_view name;
    std::uint32_t code;
};

constexpr std::array<Entity, 8> common_entities{{{"amp", '&'},
                                                 {"lt", '<'},
                                                 {"gt", '>'},
                                                 {"quot", '"'},
                                                 {"apos", '\''},
                                                 {"nbsp", ' '},
                                                 {"commat", '@'},
                                                 {"period", '.'}}};

// U+00C0 to U+00FF, as mail editors and htmlentities() write them.
constexpr std::array<std::string_view, 64> latin_entities{
    "Agrave", "Aacute", "Acirc",  "Atilde", "Auml",   "Aring",  "AElig",  "Ccedil", "Egrave", "Eacute",
    "Ecirc",  "Euml",   "Igrave", "Iacute", "Icirc",  "Iuml",   "ETH",    "Ntilde", "Ograve", "Oacute",
    "Ocirc",  "Otilde", "Ouml",   "times",  "Oslash", "Ugrave", "Uacute", "Ucirc",  "Uuml",   "Yacute",
    "THORN",  "szlig",  "agrave", "aacute", "acirc",  "atilde", "auml",   "aring",  "aelig",  "ccedil",
    "egrave", "eacute", "ecirc",  "euml",   "igrave", "iacute", "icirc",  "iuml",   "eth",    "ntilde",
    "ograve", "oacute", "ocirc",  "otilde", "ouml",   "divide", "oslash", "ugrave", "uacute", "ucirc",
    "uuml",   "yacute", "thorn",  "yuml"};

constexpr std::size_t local_part_bytes_max = 64;  // RFC 5321, 4.5.3.1.1
constexpr std::size_t entity_bytes_max = 10;      // between '&' and ';'

std::optional<std::uint32_t> read_number(std::string_view digits, int base) {
    std::uint32_t number = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped_at, error] = std::from_chars(digits.data(), end, number, base);
    if (error != std::errc{} || stopped_at != end) return std::nullopt;
    return number;
}

void append_utf8(std::string& text, std::uint32_t code) {
    if (code < 0x80) {
        text += static_cast<char>(code);
    } else if (code < 0x800) {
        text += static_cast<char>(0xc0 | (code >> 6));
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else if (code < 0x10000) {
        text += static_cast<char>(0xe0 | (code >> 12));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    } else {
        text += static_cast<char>(0xf0 | (code >> 18));
        text += static_cast<char>(0x80 | ((code >> 12) & 0x3f));
        text += static_cast<char>(0x80 | ((code >> 6) & 0x3f));
        text += static_cast<char>(0x80 | (code & 0x3f));
    }
}

// The functions below look at an escape at the beginning of `text`, append what it stands for and return its
// length; 0 when it is none.

std::size_t take_percent(std::string_view text, std::string& plain) {
    if (text.size() < 3) return 0;
    const auto byte = read_number(text.substr(1, 2), 16);
    if (!byte) return 0;
    plain += static_cast<char>(*byte);
    return 3;
}

std::optional<std::uint32_t> unicode_escape(std::string_view text) {
    if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return std::nullopt;
    return read_number(text.substr(2, 4), 16);
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

std::optional<std::uint32_t> entity_code(std::string_view name) {
    if (name.size() > 1 && name[0] == '#') {
        const bool hexadecimal = name[1] == 'x' || name[1] == 'X';
        return read_number(name.substr(hexadecimal ? 2 : 1), hexadecimal ? 16 : 10);
    }
    for (const Entity& entity : common_entities) {
        if (entity.name == name) return entity.code;
    }
    for (std::size_t i = 0; i < latin_entities.size(); ++i) {
        if (latin_entities[i] == name) return static_cast<std::uint32_t>(0xc0 + i);
    }
    return std::nullopt;
}

std::size_t take_entity(std::string_view text, std::string& plain) {
    const auto end = text.substr(0, entity_bytes_max + 2).find(';');
    if (end == std::string_view::npos) return 0;
    const auto code = entity_code(text.substr(1, end - 1));
    if (!code || *code > 0x10ffff) return 0;
    append_utf8(plain, *code);
    return end + 1;
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
            return take_entity(text, plain);
    }
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

}  // namespace gdprd::erasure
