// Pieces of SQL that the statements of this room share. Pure; inside the room only.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "database/value.h"
#include "mautic/data_map.h"
#include "plan/plan.h"

namespace gdprd::statements {

// " AND …" for the tie's conditions and exceptions; `table` is "t." or "".
std::string render_conditions(const mautic::Tie& tie, const std::string& table);
// The same of rows that were found by their text: what held when they were searched must still hold when they
// are changed. A message that is being delivered by now, or a visitor who has told who they are, is left.
std::string render_text_tie(const plan::Step& step);

}  // namespace gdprd::statements
