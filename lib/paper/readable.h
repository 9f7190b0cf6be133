// Foreign texts, such as names of tables, as they may be shown: nothing in them can hide, turn round or break
// what stands beside them. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gdprd::paper {

// Control characters, invisible ones, those that change the direction of writing, and bytes that are no UTF-8
// become
// "\u{202e}" and "\x{ff}".
std::string readable(std::string_view text);

// "\u{202e}"
std::string code_text(std::uint32_t code);

}  // namespace gdprd::paper
