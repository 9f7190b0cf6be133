// Makes texts comparable without case. Folding never changes a length, so a place in the folded text is the
// same place in the text itself.
#pragma once

#include <string>
#include <string_view>

namespace gdprd::matching {

// ASCII letters in lower case; '+' as a blank, because form data writes it so.
unsigned char folded_byte(char byte) noexcept;

// Does folding change more than folded_byte() does?
bool has_foreign_letters(std::string_view text) noexcept;

// As folded_byte(), and letters of Latin-1, Latin Extended-A, Greek and Cyrillic (two bytes of UTF-8) in
// lower case; the rest as it is.
std::string folded(std::string_view text);

// A letter, a digit, or a byte of a character beyond ASCII.
bool is_word_byte(char byte) noexcept;

}  // namespace gdprd::matching
