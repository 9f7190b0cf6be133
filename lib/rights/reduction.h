// What an erasure does without some of its rights.
//
// Each new form of Mautic is a new table, and a right can be taken back any day. What such a table holds of a
// contact then waits, and is counted, while everything else is erased; a later pass does it once the right is
// there. Pure.
#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "plan/plan.h"

namespace gdprd::rights {

// The plan without what these rights would be needed for, and without whatever would cut the ties by which
// that is found later. What no erasure can do without (to read, to lock contacts and opt-outs, to change the
// contact's own row) stays in it.
plan::Plan without_rights(plan::Plan plan, const std::vector<plan::MissingRight>& missing);

// Under which tables (without the prefix) and columns every pass counts anew what waits, and nothing waits
// now: a record that names one waited for a right that is there by now, and the next pass makes it good. Rows
// that only their text ties are not among them, because that pass may not find them.
std::set<std::pair<std::string, std::string>> columns_done_waiting(const plan::Plan& plan);

}  // namespace gdprd::rights
