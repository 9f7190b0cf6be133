// Hexadecimal, always lower case.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace gdprd {

std::string to_hex(std::span<const unsigned char> bytes);

// True for a non-empty text of the digits 0-9 and a-f only.
bool is_lower_hex(std::string_view text) noexcept;

// SHA-256 of `text` as 64 hexadecimal digits.
std::string sha256_hex(std::string_view text);

}  // namespace gdprd
