// Characters of UTF-8 beside an address or within one: what shows nothing, and is looked through, and what a
// word processor makes of an apostrophe or a hyphen. What shows nothing is what a hash leaves out, too
// (policy/address.h). Pure; safe from any thread.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gdprd::matching {

// Beyond ASCII; of no bytes where none stands, or what stands there is not UTF-8.
struct Character {
    std::uint32_t code = 0;
    std::size_t bytes = 0;
};

Character character_at(std::string_view text, std::size_t at);
Character character_before(std::string_view text, std::size_t end);

// How many bytes of what shows nothing stand there: an invisible character beyond ASCII, or markup that ends
// no word: "<wbr>", or beside a sign that an address may go on with "</b>" without attributes, or a short
// comment. Control characters of ASCII are none: they separate the members of serialized values.
std::size_t invisible_at(std::string_view text, std::size_t at);
std::size_t invisible_before(std::string_view text, std::size_t end);

// The text as it is seen. False when there is nothing to leave out; `visible` is then of no use.
bool without_invisible(std::string_view text, std::string& visible);

// Typographic and full-width forms of the apostrophe, of the hyphen, of '+' and '_', and of a dot.
bool is_apostrophe(std::uint32_t code);
bool is_hyphen(std::uint32_t code);
bool is_wide_sign(std::uint32_t code);
bool is_dot(std::uint32_t code);
// East Asian full stops, which end a sentence, and which UTS #46 takes for a domain's dot.
bool is_full_stop(std::uint32_t code);

}  // namespace gdprd::matching
