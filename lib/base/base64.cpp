#include "base/base64.h"

namespace gdprd {

namespace {

constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

}  // namespace

std::string base64_encoded(std::string_view bytes) {
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    unsigned group = 0;
    int bits = 0;
    for (const char c : bytes) {
        group = (group << 8 | static_cast<unsigned char>(c)) & 0xffff;
        for (bits += 8; bits >= 6; bits -= 6) text += base64_digits[group >> (bits - 6) & 0x3f];
    }
    if (bits > 0) text += base64_digits[group << (6 - bits) & 0x3f];
    while (text.size() % 4 != 0) text += '=';
    return text;
}

unsigned base64_digit(char c) {
    const auto at = base64_digits.find(c);
    return at == std::string_view::npos ? 64 : static_cast<unsigned>(at);
}

std::optional<std::string> base64_decoded(std::string_view text) {
    for (int padding = 0; padding < 2 && text.ends_with('='); ++padding) text.remove_suffix(1);
    if (text.size() % 4 == 1) return std::nullopt;  // six bits make no byte
    std::string bytes;
    bytes.reserve(text.size() * 3 / 4);
    unsigned group = 0;
    int bits = 0;
    for (const char c : text) {
        const unsigned digit = base64_digit(c);
        if (digit > 63) return std::nullopt;
        group = (group << 6 | digit) & 0xffff;
        bits += 6;
        if (bits < 8) continue;
        bits -= 8;
        bytes += static_cast<char>(group >> bits & 0xff);
    }
    return bytes;
}

}  // namespace gdprd
