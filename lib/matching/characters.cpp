#include "matching/characters.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "policy/address.h"

namespace gdprd::matching {

namespace {

constexpr std::size_t character_bytes_max = 4;

// Elements of HTML that change how letters look, and not where a word ends.
constexpr std::array<std::string_view, 14> inline_elements{
    "b", "i", "u", "s", "em", "strong", "small", "big", "span", "font", "tt", "code", "mark", "ins"};
constexpr std::string_view signs_within_words = ".-_+'";
// Longer than "</strong >", and than a comment that anybody, or a template, puts into a word.
constexpr std::size_t markup_bytes_max = 40;

unsigned byte_at(std::string_view text, std::size_t at) { return static_cast<unsigned char>(text[at]); }

bool is_continuation(unsigned byte) { return (byte & 0xc0u) == 0x80; }

std::size_t bytes_after(unsigned lead) {
    if (lead >= 0xf8 || lead < 0xc0) return 1;
    return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
}

// Most letters are known by their first byte: from U+00C0 to U+033F, and from U+4000 to U+EFFF.
bool may_be_invisible(unsigned lead) {
    return lead >= 0xc2 && !(lead >= 0xc3 && lead <= 0xcc) && !(lead >= 0xe4 && lead <= 0xee);
}

bool is_sign_within_word(std::string_view text, std::size_t at) {
    return at < text.size() && signs_within_words.find(text[at]) != std::string_view::npos;
}

// Markup of [begin, end): a place to break a word, or the name of such an element, which tells nothing else,
// or a comment. The latter may also separate words, "<b>Ann</b><i>ann@example.org</i>", unless a sign is
// beside it.
bool is_inline_markup(std::string_view text, std::size_t begin, std::size_t end) {
    std::string_view inside = text.substr(begin + 1, end - begin - 2);
    const bool is_within_word =
        (begin > 0 && is_sign_within_word(text, begin - 1)) || is_sign_within_word(text, end);
    if (inside.starts_with("!--")) {
        return is_within_word && inside.size() >= 5 && inside.ends_with("--") &&
               inside.find('@') == std::string_view::npos;
    }
    if (inside.starts_with('/')) inside.remove_prefix(1);
    while (inside.ends_with('/') || inside.ends_with(' ')) inside.remove_suffix(1);
    const std::string name = to_lower(inside);
    if (name == "wbr") return true;
    return is_within_word &&
           std::find(inline_elements.begin(), inline_elements.end(), name) != inline_elements.end();
}

std::size_t inline_markup_at(std::string_view text, std::size_t at) {
    if (at >= text.size() || text[at] != '<') return 0;
    const auto size = text.substr(at, markup_bytes_max).find('>') + 1;
    return size > 1 && is_inline_markup(text, at, at + size) ? size : 0;
}

std::size_t inline_markup_before(std::string_view text, std::size_t end) {
    if (end == 0 || text[end - 1] != '>') return 0;
    const auto begin = text.substr(0, end).rfind('<');
    const bool is_near = begin != std::string_view::npos && end - begin <= markup_bytes_max;
    return is_near && is_inline_markup(text, begin, end) ? end - begin : 0;
}

}  // namespace

Character character_at(std::string_view text, std::size_t at) {
    if (at >= text.size() || byte_at(text, at) < 0xc2) return {};
    const unsigned lead = byte_at(text, at);
    const std::size_t bytes = bytes_after(lead);
    if (bytes == 1 || at + bytes > text.size()) return {};
    std::uint32_t code = lead & (0xffu >> (bytes + 1));
    for (std::size_t i = 1; i < bytes; ++i) {
        if (!is_continuation(byte_at(text, at + i))) return {};
        code = code << 6 | (byte_at(text, at + i) & 0x3fu);
    }
    return {code, bytes};
}

Character character_before(std::string_view text, std::size_t end) {
    for (std::size_t bytes = 2; bytes <= std::min(end, character_bytes_max); ++bytes) {
        if (!is_continuation(byte_at(text, end - bytes + 1))) return {};
        const Character character = character_at(text.substr(0, end), end - bytes);
        if (character.bytes == bytes) return character;
    }
    return {};
}

std::size_t invisible_at(std::string_view text, std::size_t at) {
    if (const std::size_t bytes = inline_markup_at(text, at)) return bytes;
    if (at >= text.size() || !may_be_invisible(byte_at(text, at))) return 0;
    const Character character = character_at(text, at);
    return character.bytes > 0 && policy::is_invisible(character.code) ? character.bytes : 0;
}

std::size_t invisible_before(std::string_view text, std::size_t end) {
    if (const std::size_t bytes = inline_markup_before(text, end)) return bytes;
    const Character character = character_before(text, end);
    return character.bytes > 0 && policy::is_invisible(character.code) ? character.bytes : 0;
}

bool without_invisible(std::string_view text, std::string& visible) {
    visible.clear();
    std::size_t begin = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t bytes = invisible_at(text, at);
        if (bytes > 0) {
            visible.append(text.substr(begin, at - begin));
            begin = at + bytes;
        }
        at += std::max<std::size_t>(bytes, 1);
    }
    if (begin == 0) return false;
    visible.append(text.substr(begin));
    return true;
}

bool is_apostrophe(std::uint32_t code) {
    constexpr std::array<std::uint32_t, 6> all{0xb4, 0x2018, 0x2019, 0x201b, 0x2032, 0xff07};
    return std::find(all.begin(), all.end(), code) != all.end();
}

bool is_hyphen(std::uint32_t code) {
    constexpr std::array<std::uint32_t, 5> others{0x2043, 0x2212, 0xfe58, 0xfe63, 0xff0d};
    return (code >= 0x2010 && code <= 0x2013) ||
           std::find(others.begin(), others.end(), code) != others.end();
}

bool is_wide_sign(std::uint32_t code) { return code == 0xff0b || code == 0xff3f || code == 0xfe33; }

bool is_dot(std::uint32_t code) { return code == 0x2024 || code == 0xfe52 || code == 0xff0e; }

bool is_full_stop(std::uint32_t code) { return code == 0x3002 || code == 0xff61; }

}  // namespace gdprd::matching
