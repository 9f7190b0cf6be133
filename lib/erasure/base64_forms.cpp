#include "erasure/base64_forms.h"

#include <cstddef>
#include <cstdint>

namespace gdprd::erasure {

namespace {

constexpr std::size_t value_bytes_min = 6;
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

}  // namespace

std::vector<std::string> base64_forms(std::string_view value) {
    std::vector<std::string> forms;
    if (value.size() < value_bytes_min) return forms;
    for (std::size_t before = 0; before < 3; ++before) {
        forms.push_back(form(value, before, standard_alphabet));
        std::string for_urls = form(value, before, url_alphabet);
        if (for_urls != forms.back()) forms.push_back(std::move(for_urls));
    }
    return forms;
}

}  // namespace gdprd::erasure
