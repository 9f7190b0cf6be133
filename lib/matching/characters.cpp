#include "matching/characters.h"

#include <algorithm>
#include <array>

#include "policy/address.h"

namespace gdprd::matching {

namespace {

constexpr std::size_t character_bytes_max = 4;

// A place at which a browser may break a word.
constexpr std::array<std::string_view, 3> word_breaks{"<wbr>", "<wbr/>", "<wbr />"};

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
    if (at < text.size() && text[at] == '<') {
        for (const std::string_view tag : word_breaks) {
            if (text.substr(at).starts_with(tag)) return tag.size();
        }
    }
    if (at >= text.size() || !may_be_invisible(byte_at(text, at))) return 0;
    const Character character = character_at(text, at);
    return character.bytes > 0 && policy::is_invisible(character.code) ? character.bytes : 0;
}

std::size_t invisible_before(std::string_view text, std::size_t end) {
    if (end > 0 && text[end - 1] == '>') {
        for (const std::string_view tag : word_breaks) {
            if (text.substr(0, end).ends_with(tag)) return tag.size();
        }
    }
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

bool is_hyphen(std::uint32_t code) { return (code >= 0x2010 && code <= 0x2013) || code == 0x2043; }

bool is_dot(std::uint32_t code) {
    constexpr std::array<std::uint32_t, 4> all{0x2024, 0x3002, 0xff0e, 0xff61};
    return std::find(all.begin(), all.end(), code) != all.end();
}

}  // namespace gdprd::matching
