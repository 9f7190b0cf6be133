// Rows of a table by their numeric keys.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::orphans {

using RowIds = std::vector<std::uint64_t>;

// "(1,2,3)", to stand behind IN.
std::string list_of(std::span<const std::uint64_t> ids);

// The first column of what `sql` selects. `label` names the statement in errors; it must hold no value.
// Throws DatabaseError.
RowIds read_ids(database::Connection& connection, const std::string& sql, const std::string& label);

}  // namespace gdprd::orphans
