// Takes everything out of a text that could be an e-mail address. Where one begins and ends in free text is
// doubtful ("to=ann@example.org.Thanks"), so there are several candidates to an '@'.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gdprd::erasure {

// At most `candidates_max` are given to `found`; true ends the search, and is what is returned then.
bool each_address_candidate(std::string_view text, std::size_t candidates_max,
                            const std::function<bool(std::string_view)>& found);

}  // namespace gdprd::erasure
