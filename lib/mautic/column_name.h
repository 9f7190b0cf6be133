// Names of columns have no case in MySQL and MariaDB: `KundenNummer` in `lead_fields` is the column
// `kundennummer`.
#pragma once

#include <string_view>

#include "base/text.h"

namespace gdprd::mautic {

inline bool is_same_column(std::string_view one, std::string_view other) {
    return one == other || (one.size() == other.size() && to_lower(one) == to_lower(other));
}

}  // namespace gdprd::mautic
