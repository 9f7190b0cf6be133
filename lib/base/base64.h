// Base64 (RFC 4648, section 4) as PHP's base64_encode() writes it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gdprd {

std::string base64_encoded(std::string_view bytes);

// Nothing when `text` is not base64. The padding may be missing, because others cut it off in URLs.
std::optional<std::string> base64_decoded(std::string_view text);

// The digit's value; 64 for a character that is none.
unsigned base64_digit(char c);

}  // namespace gdprd
