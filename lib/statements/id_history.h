// Whose of those who had an id a row is, as SQL (plan::IdHistory). Pure.
//
// An id ends with a merge or a deletion, and may come into use again. What shows it is a record of another
// merge, the audit log's "create" and "delete", and the contact that has the id now. Without any of these
// everything under the id belongs to the one who is asked for. Dates of Mautic's machines may differ by an
// hour; entries of the log are in the order of their numbers.
//
// A deletion ends an id only where another one follows: the log has a later "create", or the contact that has
// the id now was made after it. A contact that was deleted by mistake and put back from a backup, with the
// date it was made at, has the same id before and after.
//
// A row that is somebody else's, perhaps, is passed over: also where the row, or what shows it, has no date.
// For IdHistory::doubtful each condition is the contrary: of the rows that are passed over those that are not
// somebody else's for certain.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "base/contact_id.h"
#include "database/value.h"
#include "plan/plan.h"

namespace gdprd::statements {

// Conditions, each with " AND " before it, on rows `t` with the id `id` of a contact that the record `c0` of
// contact_merge_records says was merged: only the rows of that one.
std::string render_gone_owner(const plan::IdHistory& history, const std::string& id);

// The same on the rows of the step's table by their contact's own id: not those of somebody who had it before
// and was merged into another contact, or deleted. Adds parameters in the order of the text. Also for
// contacts that are gone by now.
std::string render_present_owner(const plan::Step& step, std::span<const ContactId> contacts,
                                 std::vector<database::Value>& parameters);

// The same on rows `t` that hang on the row `parent` of a chain by its number: not those about an earlier one
// with this number.
std::string render_present_parent(const plan::Step& step, const std::string& parent);

}  // namespace gdprd::statements
