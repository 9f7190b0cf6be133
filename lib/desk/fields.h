// What header fields say of whoever asks. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/server.h"
#include "words/language.h"

namespace gdprd::desk {

// What the proxy nearest to us has added, in the list's last place or as a field of its own; what stands
// before it anybody may have written. "" when there is none.
std::string forwarded_for(const http::Fields& fields);

// "hu-HU,hu;q=0.9,en;q=0.8": the first of ours, in the order of the browser, which is that of preference.
std::optional<words::Language> preferred_language(std::string_view accepted);

}  // namespace gdprd::desk
