// Takes everything out of a text that could be an e-mail address. Where one begins and ends in free text is
// doubtful ("to=ann@example.org"), so there may be several candidates to an '@'. None of them is a part of
// what could be another address: "neil@example.org" is not taken out of "o'neil@example.org". Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gdprd::matching {

inline constexpr std::size_t domain_bytes_max = 255;  // RFC 5321, 4.5.3.1.2

// Can it stand before the '@', or behind it? The blank and the sign that end both are none of these.
bool is_local_byte(char byte);
bool is_domain_byte(char byte);

// Does what stands in [begin, end) of the text stand by itself, or could it be a part of another address?
// Beside it there is no letter and no digit, and no sign that an address may go on with where a letter or
// digit stands behind that: of RFC 5321's atext all before it but for "=/?|#", which separate more often than
// not, '.' and '-' after it. An apostrophe, typographic or not, opens a quotation unless a letter stands
// before it. Letters of scripts without blanks are none of an ASCII address, and what hangs on a last label
// by a hyphen is none of its domain. What shows nothing is looked through. What stands beside it is judged
// under up to four layers of escapes and in quoted-printable, too: "o&#039;neil@example.org",
// "jo.&shy;neil@example.org".
bool stands_by_itself(std::string_view text, std::size_t begin, std::size_t end);

// The candidates around the '@' at `at`, the nearest to it first. `found` may end it with true; that is what
// is returned then.
using FoundCandidate = std::function<bool(std::string_view)>;
bool each_candidate_at(std::string_view text, std::size_t at, const FoundCandidate& found);

// All of the text's. Gives up after the first `addresses_max` places.
bool each_address_candidate(std::string_view text, std::size_t addresses_max, const FoundCandidate& found);

// Has the whole value the shape of an address? "@ann" and "see ann@example.org" have not. Quoted local parts
// and address literals are those of RFC 5321.
bool is_address(std::string_view value);

// Is a whole cell an address that begins with a sign, such as "*ann@example.org" or "_ann@example.org"? It is
// that one, and "ann@example.org" in it is nobody's. Not with a sign of those that separate, or with a dot,
// with which none begins (RFC 5321, 4.1.2).
bool is_address_with_sign(std::string_view cell);

// Of a value that was meant to be one address, what was meant: "Ann <ann@example.org>",
// "mailto:ann@example.org", "ann@example.org." and "ann@example.org, bob@example.org" hold one or two. A sign
// at the beginning of what is an address as a whole belongs to it.
std::vector<std::string> addresses_in(std::string_view value);

}  // namespace gdprd::matching
