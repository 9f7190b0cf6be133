// Rows that a value of the contact's own fields ties: which fields there are, and where the value would be
// somebody else's: in a row of the same table that says whose it is; a telephone number also in whatever text
// or long number of a contact, a company, a form or a field there is one, and in columns named like one.
// Pure.
#pragma once

#include <string>

#include "mautic/schema.h"
#include "plan/plan.h"

namespace gdprd::plan {

// Fills the step's fields and holders, the contacts' table last. `step.tie` and `step.text_columns` are set.
// Returns why this database has no such rows; "" when it may.
std::string resolve_own_values(Step& step, const mautic::Table& table, const mautic::DataMap& map,
                               const mautic::Schema& schema);

}  // namespace gdprd::plan
