// All that a text is read as where somebody is looked for in it: as it is, under up to four layers of
// escapes, in quoted-printable, and all of that in a zlib stream of at most 32 MiB; each without the
// characters that show nothing. Who searches a text and who notes what a search may find read the same. Pure.
#pragma once

#include <cstddef>
#include <functional>
#include <string_view>

namespace gdprd::matching {

enum class Reading {
    plain,
    unquoted,  // as quoted-printable, which the text may not be: of this only an address is a proof
};

// Until `look` ends it with true; that is what is returned then.
using Look = std::function<bool(std::string_view visible, Reading reading)>;
bool each_reading(std::string_view text, const Look& look);

// Of one reading so many places are looked at for an address that is known by its hash only.
inline constexpr std::size_t hashed_addresses_max = 1000;

}  // namespace gdprd::matching
