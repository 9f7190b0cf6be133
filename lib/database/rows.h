// Inside of Rows: every cell as text, copied out of the client library. A result set of the library borrows
// the buffers of its statement and dies with the next execution of it; this one does not.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::database {

class Rows::Implementation {
  public:
    std::vector<std::string> names;
    std::vector<std::optional<std::string>> cells;  // row by row
    std::size_t row_count = 0;
    std::size_t rows_taken = 0;  // the current row is rows_taken - 1

    // Throws std::out_of_range before the first next(), after the last row, and for a column that is not
    // there.
    const std::optional<std::string>& cell(std::size_t column) const;
};

}  // namespace gdprd::database
