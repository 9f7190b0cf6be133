// Addresses in base64 text, wherever in a group of four characters they begin, in the alphabet of RFC 4648
// and in the one for URLs. Pure; part of address_extractor.h.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gdprd::audit {

// An '@' leaves one of few pairs of characters in base64. At each of these between `first` and `last` as much
// is decoded as an address can be long, as long as it looks like one. Was there such a pair? They consist of
// letters and digits, which no escape stands for.
bool each_base64_candidate(std::string_view text, std::size_t first, std::size_t last,
                           const std::function<void(std::string_view)>& found);

}  // namespace gdprd::audit
