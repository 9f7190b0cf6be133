#include "erasure/identity.h"

#include <algorithm>
#include <cstdint>

#include "base/text.h"

namespace gdprd::erasure {

namespace {

constexpr std::size_t value_bytes_min = 2;
constexpr std::size_t word_bytes_min = 4;
constexpr std::size_t value_bytes_max = 1024;  // a longer text is found by its beginning

bool is_unreserved(char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           c == '.' || c == '_' || c == '~';
}

// RFC 3986 percent-encoding; `blank` stands for a space ("+" in form data).
std::string percent_encoded(std::string_view value, std::string_view blank) {
    constexpr std::string_view digits = "0123456789abcdef";
    std::string encoded;
    for (char c : value) {
        if (is_unreserved(c)) {
            encoded += c;
        } else if (c == ' ') {
            encoded += blank;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += '%';
            encoded += digits[byte >> 4];
            encoded += digits[byte & 0x0f];
        }
    }
    return encoded;
}

// Decodes one UTF-8 character at `at` and moves on; a stray byte stands for itself.
std::uint32_t next_code_point(std::string_view text, std::size_t& at) {
    const auto lead = static_cast<unsigned char>(text[at++]);
    const int following = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (following == 0 || at + static_cast<std::size_t>(following) > text.size()) return lead;
    std::uint32_t code = lead & (0x3fu >> following);
    for (int i = 0; i < following; ++i) code = (code << 6) | (static_cast<unsigned char>(text[at++]) & 0x3fu);
    return code;
}

// As PHP's json_encode writes it: \/ and \uXXXX, characters beyond the BMP as a surrogate pair.
std::string json_escaped(std::string_view value) {
    std::string escaped;
    const auto unit = [&](std::uint32_t code) {
        constexpr std::string_view digits = "0123456789abcdef";
        escaped += "\\u";
        for (int shift = 12; shift >= 0; shift -= 4) escaped += digits[(code >> shift) & 0x0f];
    };
    for (std::size_t at = 0; at < value.size();) {
        const std::uint32_t code = next_code_point(value, at);
        if (code == '/' || code == '"' || code == '\\') {
            escaped += '\\';
            escaped += static_cast<char>(code);
        } else if (code >= 0x20 && code < 0x7f) {
            escaped += static_cast<char>(code);
        } else if (code < 0x10000) {
            unit(code);
        } else {
            unit(0xd800 + ((code - 0x10000) >> 10));
            unit(0xdc00 + ((code - 0x10000) & 0x3ff));
        }
    }
    return escaped;
}

std::string html_escaped(std::string_view value) {
    std::string escaped;
    for (char c : value) {
        switch (c) {
            case '&':
                escaped += "&amp;";
                break;
            case '<':
                escaped += "&lt;";
                break;
            case '>':
                escaped += "&gt;";
                break;
            case '"':
                escaped += "&quot;";
                break;
            case '\'':
                escaped += "&#039;";
                break;
            default:
                escaped += c;
        }
    }
    return escaped;
}

// Lower case for ASCII, Latin-1, Latin Extended-A, Greek and Cyrillic written as two-byte UTF-8; the rest as
// it is.
std::string folded(std::string_view text) {
    std::string lower = to_lower(text);
    for (std::size_t i = 0; i + 1 < lower.size(); ++i) {
        const auto lead = static_cast<unsigned char>(lower[i]);
        const auto next = static_cast<unsigned char>(lower[i + 1]);
        if (lead < 0xc3 || lead > 0xd1) continue;
        const std::uint32_t code = (lead & 0x1fu) << 6 | (next & 0x3fu);
        std::uint32_t small = code;
        if ((code >= 0xc0 && code <= 0xde && code != 0xd7) || (code >= 0x391 && code <= 0x3a9) ||
            (code >= 0x410 && code <= 0x42f)) {
            small = code + 0x20;
        } else if (code >= 0x400 && code <= 0x40f) {
            small = code + 0x50;
        } else if ((code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177)) {
            small = code | 1u;
        } else if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e)) {
            small = code + (code & 1u);
        }
        lower[i] = static_cast<char>(0xc0 | (small >> 6));
        lower[i + 1] = static_cast<char>(0x80 | (small & 0x3f));
        ++i;
    }
    return lower;
}

bool is_word_byte(char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x80 || (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
           (byte >= 'A' && byte <= 'Z');
}

bool contains_word(std::string_view cell, std::string_view word) {
    for (auto at = cell.find(word); at != std::string_view::npos; at = cell.find(word, at + 1)) {
        const bool starts = at == 0 || !is_word_byte(cell[at - 1]);
        const auto end = at + word.size();
        if (starts && (end == cell.size() || !is_word_byte(cell[end]))) return true;
    }
    return false;
}

bool is_strong(std::string_view value) {
    return value.find('@') != std::string_view::npos ||
           std::count_if(value.begin(), value.end(), [](char c) { return c >= '0' && c <= '9'; }) >= 5;
}

}  // namespace

void Identity::add_needle(std::string text, bool strong, bool whole_cell) {
    const bool known = std::any_of(needles_.begin(), needles_.end(),
                                   [&](const Needle& needle) { return needle.text == text; });
    if (!known) needles_.push_back({std::move(text), strong, whole_cell});
}

void Identity::add(std::string_view value) {
    value = trimmed(value);
    if (value.size() < value_bytes_min) return;
    // The beginning of a long text ends in the middle of a word, and is no coincidence either.
    const bool strong = is_strong(value) || value.size() > value_bytes_max;
    value = value.substr(0, value_bytes_max);
    const bool whole_cell = value.size() < word_bytes_min;
    add_needle(folded(value), strong, whole_cell);
    for (const std::string& encoded : {percent_encoded(value, "%20"), percent_encoded(value, "+"),
                                       json_escaped(value), html_escaped(value)}) {
        add_needle(folded(encoded), strong, whole_cell);
    }
}

bool Identity::found_in(std::string_view cell, mautic::Search search) const {
    if (cell.empty() || needles_.empty()) return false;
    const std::string text = folded(cell);
    return std::any_of(needles_.begin(), needles_.end(), [&](const Needle& needle) {
        if (search == mautic::Search::strong && !needle.strong) return false;
        if (needle.whole_cell) return trimmed(text) == needle.text;
        if (needle.strong) return text.find(needle.text) != std::string::npos;
        return contains_word(text, needle.text);
    });
}

}  // namespace gdprd::erasure
