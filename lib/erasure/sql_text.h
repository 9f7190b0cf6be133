// Pieces of SQL that the statements of this room share. Pure; used by statements.cpp and row_finding.cpp
// only.
#pragma once

#include <string>

#include "mautic/data_map.h"

namespace gdprd::erasure {

// " AND …" for the tie's conditions and exceptions; `table` is "t." or "".
std::string render_conditions(const mautic::Tie& tie, const std::string& table);

}  // namespace gdprd::erasure
