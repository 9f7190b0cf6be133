// What people did, as pages note it: the log is lookup/action_log.h.
#pragma once

#include "lookup/action_log.h"

namespace gdprd::pages {

using lookup::Action;
using lookup::ActionKind;

}  // namespace gdprd::pages
