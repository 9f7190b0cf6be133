// The JSON part of rewrite.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content/member_rules.h"

namespace gdprd::content {

// Nothing when `text` is no JSON text or nested too deeply. A text in which there was nothing to take out
// comes back byte by byte, whatever its white space: MySQL writes JSON in its own way.
std::optional<std::string> rewrite_json(std::string_view text, const MemberRules& rules);

// texts_below() of rewrite.h for a text of JSON.
std::vector<std::string> json_texts_below(std::string_view text, const std::vector<std::string>& members);

}  // namespace gdprd::content
