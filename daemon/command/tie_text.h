// How a step's rows belong to a contact, in words.
#pragma once

#include <string>

#include "erasure/plan.h"

namespace gdprd::command {

// "rows whose lead_id is the contact's id", with the conditions.
std::string tie_text(const erasure::Step& step);

}  // namespace gdprd::command
