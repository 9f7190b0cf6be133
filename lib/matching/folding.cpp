#include "matching/folding.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gdprd::matching {

namespace {

constexpr std::array<unsigned char, 256> make_folded_bytes() {
    std::array<unsigned char, 256> bytes{};
    for (std::size_t i = 0; i < bytes.size(); ++i) bytes[i] = static_cast<unsigned char>(i);
    for (std::size_t i = 'A'; i <= 'Z'; ++i) bytes[i] = static_cast<unsigned char>(i + ('a' - 'A'));
    bytes['+'] = ' ';
    return bytes;
}

constexpr std::array<unsigned char, 256> folded_bytes = make_folded_bytes();

// The first byte of the two-byte characters that have a lower case: U+00C0 to U+045F.
bool leads_letter(char byte) {
    const auto lead = static_cast<unsigned char>(byte);
    return lead >= 0xc3 && lead <= 0xd1;
}

std::uint32_t lower_case(std::uint32_t code) {
    if ((code >= 0xc0 && code <= 0xde && code != 0xd7) || (code >= 0x391 && code <= 0x3a9) ||
        (code >= 0x410 && code <= 0x42f)) {
        return code + 0x20;
    }
    if (code >= 0x400 && code <= 0x40f) return code + 0x50;
    if ((code >= 0x100 && code <= 0x137) || (code >= 0x14a && code <= 0x177)) return code | 1u;
    if ((code >= 0x139 && code <= 0x148) || (code >= 0x179 && code <= 0x17e)) return code + (code & 1u);
    return code;
}

}  // namespace

unsigned char folded_byte(char byte) noexcept { return folded_bytes[static_cast<unsigned char>(byte)]; }

bool has_foreign_letters(std::string_view text) noexcept {
    return std::any_of(text.begin(), text.end(), leads_letter);
}

std::string folded(std::string_view text) {
    std::string lower(text);
    for (char& byte : lower) byte = static_cast<char>(folded_byte(byte));
    for (std::size_t i = 0; i + 1 < lower.size(); ++i) {
        const auto next = static_cast<unsigned char>(lower[i + 1]);
        if (!leads_letter(lower[i]) || (next & 0xc0u) != 0x80u) continue;
        const std::uint32_t code =
            lower_case((static_cast<unsigned char>(lower[i]) & 0x1fu) << 6 | (next & 0x3fu));
        lower[i] = static_cast<char>(0xc0 | (code >> 6));
        lower[i + 1] = static_cast<char>(0x80 | (code & 0x3f));
        ++i;
    }
    return lower;
}

bool is_word_byte(char byte) noexcept {
    const auto value = static_cast<unsigned char>(byte);
    return value >= 0x80 || (value >= '0' && value <= '9') || (value >= 'a' && value <= 'z') ||
           (value >= 'A' && value <= 'Z');
}

}  // namespace gdprd::matching
