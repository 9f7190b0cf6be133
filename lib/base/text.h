// Small things about text that more than one room needs.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace gdprd {

// ASCII, whatever the locale.
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

inline bool is_ascii(char byte) { return static_cast<unsigned char>(byte) < 0x80; }

// Without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);

// ASCII letters in lower case; every other byte unchanged, so UTF-8 stays UTF-8.
std::string to_lower(std::string_view text);

// Full-width digits, Arabic and Persian ones: for a class of characters in a regular expression, in UTF-8.
inline constexpr std::string_view foreign_digits = "\uFF10-\uFF19\u0660-\u0669\u06F0-\u06F9";

// With these digits as those of ASCII.
std::string with_ascii_digits(std::string_view text);

// The code point in UTF-8.
void append_utf8(std::string& text, std::uint32_t code);

// The number that the whole text is; nothing where something else than digits is in it, or too many of them.
// '-' begins a number of a type that has negative ones.
template <class Number>
std::optional<Number> whole_number(std::string_view text, int base = 10) {
    Number number{};
    const char* const end = text.data() + text.size();
    const auto [stopped_at, error] = std::from_chars(text.data(), end, number, base);
    return error == std::errc{} && stopped_at == end ? std::optional(number) : std::nullopt;
}

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The candidate with the smallest edit distance to `name`, or "" when none is near enough to be a slip of the
// finger. For error messages: "no field 'emial'; did you mean 'email'?".
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gdprd
