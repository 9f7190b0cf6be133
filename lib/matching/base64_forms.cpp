#include "matching/base64_forms.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "matching/unescape.h"

namespace gdprd::matching {

namespace {

constexpr std::string_view standard_alphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

// `before` bytes of something else come first in the group.
std::string form(std::string_view value, std::size_t before, std::string_view alphabet) {
    const std::string bytes = std::string(before, '\0') + std::string(value);
    const std::size_t first = (before * 8 + 5) / 6;  // the first character that has no bit of `before`
    const std::size_t end = bytes.size() * 8 / 6;    // and the one that has a bit of what follows
    std::string text;
    for (std::size_t i = first; i < end; ++i) {
        const std::size_t bit = i * 6;
        std::uint32_t two = static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[bit / 8])) << 8;
        if (bit / 8 + 1 < bytes.size()) two |= static_cast<unsigned char>(bytes[bit / 8 + 1]);
        text += alphabet[(two >> (10 - bit % 8)) & 0x3f];
    }
    return text;
}

constexpr std::size_t escape_bytes_max = 32;  // of most escapes, and what of base64 text is left by them
// 99 bytes on either side: what address_candidates.cpp looks at.
constexpr std::size_t context_characters = 132;

constexpr std::array<unsigned char, 256> make_digits() {
    std::array<unsigned char, 256> digits{};
    digits.fill(64);
    for (const std::string_view alphabet : {standard_alphabet, url_alphabet}) {
        for (std::size_t i = 0; i < alphabet.size(); ++i) {
            digits[static_cast<unsigned char>(alphabet[i])] = static_cast<unsigned char>(i);
        }
    }
    return digits;
}

constexpr auto digits_of_both = make_digits();

}  // namespace

std::uint32_t any_base64_digit(char c) { return digits_of_both[static_cast<unsigned char>(c)]; }

std::string base64_bytes(std::string_view digits) {
    std::string bytes;
    bytes.reserve(digits.size() * 3 / 4);
    std::uint32_t group = 0;
    int bits = 0;
    for (const char c : digits) {
        group = (group << 6) | any_base64_digit(c);
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>((group >> bits) & 0xff);
    }
    return bytes;
}

std::vector<std::string> base64_decodings(std::string_view text, std::size_t begin, std::size_t end) {
    const std::size_t first = begin > context_characters ? begin - context_characters : 0;
    const std::size_t last = std::min(text.size(), end + context_characters);
    while (begin > first && any_base64_digit(text[begin - 1]) < 64) --begin;
    while (end < last && any_base64_digit(text[end]) < 64) ++end;
    std::vector<std::string> readings;
    for (std::size_t skipped = 0; skipped < 4 && begin + skipped < end; ++skipped) {
        readings.push_back(base64_bytes(text.substr(begin + skipped, end - begin - skipped)));
    }
    return readings;
}

bool has_escape_beside(std::string_view text, std::size_t begin, std::size_t end) {
    begin -= std::min(begin, escape_bytes_max);
    const std::string_view around = text.substr(begin, end - begin + escape_bytes_max);
    std::string plain;
    return around.find_first_of("%\\&") != std::string_view::npos && unescape(around, plain);
}

std::vector<std::string> base64_forms(std::string_view value) {
    std::vector<std::string> forms;
    if (value.size() < base64_value_bytes_min) return forms;
    for (std::size_t before = 0; before < 3; ++before) {
        forms.push_back(form(value, before, standard_alphabet));
        std::string for_urls = form(value, before, url_alphabet);
        if (for_urls != forms.back()) forms.push_back(std::move(for_urls));
    }
    return forms;
}

}  // namespace gdprd::matching
