// How a value looks inside base64 text, wherever in it the value begins.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::matching {

// What is left of a shorter value could be a coincidence.
inline constexpr std::size_t base64_value_bytes_min = 6;

// In the standard alphabet or in the one for URLs; 64 for a character of neither.
std::uint32_t any_base64_digit(char c);
// Of such characters, the first one of which begins a group of four.
std::string base64_bytes(std::string_view digits);

// For each of the three places a value can have in a group of three bytes, the characters that do not depend
// on its neighbours; in the standard alphabet and, where that differs, in the one for URLs (RFC 4648). None
// for a value that is too short.
std::vector<std::string> base64_forms(std::string_view value);

// What the base64 text around [begin, end) of `text` may say, some bytes on either side: one reading for each
// of the four places a group of four characters can begin at.
std::vector<std::string> base64_decodings(std::string_view text, std::size_t begin, std::size_t end);

// Is there an escape in the base64 text of [begin, end) or beside it, as in "am9%2BYW5u"? What stands around
// a value is known only once it is taken off.
bool has_escape_beside(std::string_view text, std::size_t begin, std::size_t end);

}  // namespace gdprd::matching
