// What nobody has decided about (promise 8): every table of the database that the map does not name, with
// what leads from it to contacts, and text columns of the tables it names. Pure.
#pragma once

#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"
#include "policy/field_policy.h"

namespace gdprd::plan {

// The map names all tables of every Mautic 3-7, so whatever else is there is a plugin's, another program's or
// the operator's own. Each such table is named once, with all that leads to contacts, the strongest evidence
// first: keys in both directions, columns named like a contact's id, copies of known tables, and where there
// is none of these what names and types of columns suggest.
std::vector<Unknown> find_unknown(const mautic::DataMap& map, const mautic::Schema& schema,
                                  const policy::FieldPolicy& policy);

}  // namespace gdprd::plan
