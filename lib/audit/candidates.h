// What could be the address around one '@' of a text. Pure; part of address_extractor.h.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gdprd::audit {

inline constexpr std::size_t domain_bytes_max = 255;  // RFC 5321, 4.5.3.1.2

// Can it stand before the '@', or behind it? The blank and the sign that end both are none of these.
bool is_local_byte(char byte);
bool is_domain_byte(char byte);

// The nearest to the '@' first. No candidate goes on, as matching/identity.h judges it: a letter or digit
// beside it, or a sign of addresses with a letter or digit behind that, would make it a part of another one.
void each_candidate(std::string_view text, std::size_t at,
                    const std::function<void(std::string_view)>& found);

}  // namespace gdprd::audit
