// How a step's rows belong to a contact, in words.
#pragma once

#include <string>

#include "plan/plan.h"

namespace gdprd::command {

// "rows whose lead_id is the contact's id", with the conditions.
std::string tie_text(const plan::Step& step);

}  // namespace gdprd::command
