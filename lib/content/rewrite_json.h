// The JSON part of rewrite.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "content/member_rules.h"

namespace gdprd::content {

// Nothing when `text` is no JSON text or nested too deeply. A text in which there was nothing to take out
// comes back byte by byte, whatever its white space: MySQL writes JSON in its own way.
std::optional<std::string> rewrite_json(std::string_view text, const MemberRules& rules);

}  // namespace gdprd::content
