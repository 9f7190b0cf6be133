// Whose the results of a form are: those of the submission with the same number *of this form*. Numbers of
// submissions come into use again, and tables of forms that are gone stay behind. Pure; used by
// build_plan.cpp only.
#pragma once

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"

namespace gdprd::plan {

// Narrows a step whose tie is resolved, as Tie::form_column says.
void narrow_to_form(Step& step, const mautic::TableEntry& entry, const mautic::Table& table,
                    const mautic::Schema& schema);

// Are the rows of the table those of an earlier form, perhaps? Nothing but their text ties them then.
bool is_of_former_form(const mautic::TableEntry& entry, const mautic::Table& table,
                       const mautic::Schema& schema);

// Rows that may be the contact's or somebody else's, for Plan::left: `step` is the narrowed step of a table
// of a form, or of one of a former form. Once nothing is left in them they are not counted.
Step doubtful_results(Step step, const mautic::TableEntry& entry, const mautic::Table& table,
                      const mautic::Schema& schema);

}  // namespace gdprd::plan
