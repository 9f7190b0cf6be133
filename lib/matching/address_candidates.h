// Takes everything out of a text that could be an e-mail address. Where one begins and ends in free text is
// doubtful ("to=ann@example.org.Thanks"), so there are several candidates to an '@'.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gdprd::matching {

// Gives the candidates to `found`, which may end the search with true; that is what is returned then. Gives
// up after the first `addresses_max` places; each has six candidates at most.
bool each_address_candidate(std::string_view text, std::size_t addresses_max,
                            const std::function<bool(std::string_view)>& found);

// Has the whole value the shape of an address? "@ann" and "see ann@example.org" have not.
bool is_address(std::string_view value);

// "ann@example.org.Please answer": does the dot at `dot` end a sentence rather than go on with a domain?
bool ends_sentence(std::string_view text, std::size_t dot);

}  // namespace gdprd::matching
