// The shallow structure of a JSON text: what stands in containers deeper than a limit is left out.
//
//     outline(R"({"a":{"b":[1,{"c":2}]}})", 2)  is  {"a":{"b":[]}}
//
// A webhook is 10 KB of contact fields around five values near the top. Finding brackets outside of strings
// takes a tenth of the time of parsing, and only what is left has to be parsed. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gdprd::webhook {

inline constexpr std::size_t outline_depth_max = 64;

// Replaces `out` with the text without the content of containers that lie deeper than `depth_kept`. Their
// brackets stay, so that every value is still there, and everything else stays byte by byte.
//
// False when strings and brackets do not match, when there is a backslash outside of a string or when
// containers are nested deeper than outline_depth_max: such a text is not JSON, or not of a kind that is
// read here. Nothing else is checked: the text that was kept is for a parser to judge, the one that was left
// out is not looked at again.
bool outline(std::string_view text, std::size_t depth_kept, std::string& out);

}  // namespace gdprd::webhook
