// The values of a row by the names of its columns. Names of columns have no case in MySQL and MariaDB:
// `KundenNummer` in `lead_fields`, or in the configuration, is the column `kundennummer`.
#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <string_view>

#include "base/text.h"

namespace gdprd {

inline bool is_same_column(std::string_view one, std::string_view other) {
    return one == other || (one.size() == other.size() && to_lower(one) == to_lower(other));
}

struct ColumnNameLess {
    using is_transparent = void;
    bool operator()(std::string_view one, std::string_view other) const {
        return to_lower(one) < to_lower(other);
    }
};

// Columns that are NULL are absent.
using ColumnValues = std::map<std::string, std::string, ColumnNameLess>;

}  // namespace gdprd
