// Whose of those who had a contact's id a row is, as SQL (plan::IdHistory). Pure.
//
// An id ends with a merge or a deletion, and may come into use again. What shows it is a record of another
// merge, the audit log's "create" and "delete", and the contact that has the id now. Without any of these
// everything under the id belongs to the one who is asked for; where there is something and the row has no
// date, nothing does. Dates of Mautic's machines may differ by an hour.
#pragma once

#include <string>

#include "plan/plan.h"

namespace gdprd::statements {

// Conditions, each with " AND " before it, on rows `t` with the id `id` of a contact that the record `c0` of
// contact_merge_records says was merged: only the rows of that one.
std::string render_gone_owner(const plan::IdHistory& history, const std::string& id);

// The same on the rows of the step's table by their contact's own id: not those of somebody who had it
// before and was merged into another contact.
std::string render_present_owner(const plan::Step& step);

}  // namespace gdprd::statements
