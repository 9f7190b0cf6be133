// Pieces of SQL that the statements of this room share. Pure; inside the room only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
#include "mautic/data_map.h"

namespace gdprd::erasure {

// " AND …" for the tie's conditions and exceptions; `table` is "t." or "".
std::string render_conditions(const mautic::Tie& tie, const std::string& table);

// "(?,?,?,?)" for these values, which are added to `parameters`. Rounded up to a power of two by repeating
// the last one, so that few different statements are prepared. At least one value.
std::string in_list(std::span<const database::Value> values, std::vector<database::Value>& parameters);

}  // namespace gdprd::erasure
