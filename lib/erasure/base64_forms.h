// How a value looks inside base64 text, wherever in it the value begins.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gdprd::erasure {

// For each of the three places a value can have in a group of three bytes, the characters that do not depend
// on its neighbours; in the standard alphabet and, where that differs, in the one for URLs (RFC 4648). None
// for fewer than 6 bytes: what is left of them could be a coincidence.
std::vector<std::string> base64_forms(std::string_view value);

}  // namespace gdprd::erasure
