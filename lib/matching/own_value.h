// Is a cell, as a whole, the value of a contact's own field: an account's number, a telephone number? Pure.
//
// The wrong person is worse than a row that is left. So two values are the same only where nobody could
// doubt it, and everything that a careful reader might take for the same is told as well: such a row is left
// and reported.
#pragma once

#include <string>
#include <string_view>

#include "mautic/data_map.h"

namespace gdprd::matching {

// Of a telephone number its digits, from 6 to 15: "+49 (0)170 123-4567" and "0049 170 1234567" are
// 491701234567. A national number keeps its zero. "" for what is no number.
std::string telephone_digits(std::string_view text);

enum class Sameness {
    none,
    maybe,  // one number with and without a country's or a town's; other letters; too short for a proof
    same,
};

// exact: the bytes without blanks around them, at least five of them. telephone: all digits, at least
// ten, where both say their country. Without it two numbers that are written alike may be of two countries.
Sameness compare_values(std::string_view one, std::string_view other, mautic::Comparison comparison);

// May somebody's `field` hold that value? More is taken for it than compare_values() does: a second number,
// or a word, may stand beside the first.
bool may_hold(std::string_view field, std::string_view value, mautic::Comparison comparison);

// What every field holds that may_hold() the value, for a search beforehand: the last six digits, among its
// digits, or the whole text. "" for what ties nothing.
std::string common_part(std::string_view value, mautic::Comparison comparison);

// Are the last nine digits of that number in the text, whatever stands between them? But a letter right
// beside a digit, as in a hash, ends a number.
bool has_telephone(std::string_view text, std::string_view number);

}  // namespace gdprd::matching
