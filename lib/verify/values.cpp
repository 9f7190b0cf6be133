#include "verify/values.h"

#include <algorithm>

#include "base/text.h"
#include "matching/identity.h"

namespace gdprd::verify {

std::optional<ValueFault> check_value(std::string_view value) {
    if (value.size() > value_bytes_max) return ValueFault::too_long;
    if (std::any_of(value.begin(), value.end(), is_control)) return ValueFault::control_characters;
    matching::Identity alone;
    alone.add(value);
    if (alone.empty()) return ValueFault::too_short;
    return std::nullopt;
}

}  // namespace gdprd::verify
