// Spellings of one e-mail address. Mautic finds a contact by its database's collation, which takes many
// spellings for one address: without regard to case in any script, composed or decomposed accents, with or
// without invisible characters. A hash must be the same for all of them. The only file with ICU.
//
// Pure; safe from any thread. No errors: what is not UTF-8 is normalised as its ASCII letters allow.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::policy {

// Does the character show nothing, so that an address is the same with and without it? Unicode's control,
// format and default-ignorable characters, but for white space.
bool is_invisible(std::uint32_t code);

// Is it no part of a word in any script: punctuation, a symbol such as an emoji, a blank, or what only a font
// draws? By Unicode's general category.
bool is_sign(std::uint32_t code);

// Is it a letter of a script whose words stand beside others without a blank (Chinese, Japanese, Thai, Lao,
// Khmer, Burmese), or that puts its particles directly behind foreign words (Korean)? By Unicode's scripts.
bool is_of_unspaced_script(std::uint32_t code);

// The one spelling that is hashed. ASCII: white space around it trimmed, letters lower-cased. Beyond ASCII:
// invisible characters removed, Unicode white space trimmed, the part before the last '@' in simple case
// folding and NFC, so that "ß" and "ss" stay two; the domain as DNS has it (UTS #46, not transitional:
// "xn--…"). A domain that IDNA refuses is folded like the first part.
std::string normalised_address(std::string_view address);

// As former versions did: ASCII white space trimmed, ASCII letters lower-cased. Hashes made of it are in
// databases and ledgers.
std::string formerly_normalised_address(std::string_view address);

// Every spelling in which the address may have been hashed or may stand somewhere: as given, both
// normalisations, the domain in Unicode and as DNS has it, accents composed and decomposed. Without
// repetition, normalised_address() first. An ASCII address without an "xn--" label has at most three.
std::vector<std::string> address_spellings(std::string_view address);

// Two texts compared as a reader compares them: without regard to case, NFC, white space around them. For
// names of tags and segments.
std::string folded_name(std::string_view text);

}  // namespace gdprd::policy
