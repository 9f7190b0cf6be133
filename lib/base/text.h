// Small things about text that more than one room needs.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gdprd {

// Without ASCII white space at both ends.
std::string_view trimmed(std::string_view text);

// ASCII letters in lower case; every other byte unchanged, so UTF-8 stays UTF-8.
std::string to_lower(std::string_view text);

std::string join(const std::vector<std::string>& parts, std::string_view separator);

// The candidate with the smallest edit distance to `name`, or "" when none is near enough to be a slip of the
// finger. For error messages: "no field 'emial'; did you mean 'email'?".
std::string nearest_name(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace gdprd
