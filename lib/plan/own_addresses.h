// Which columns of a step hold e-mail addresses of the contact itself, by the data map and the live schema
// (promise 11: nobody else's is ever taken for the contact's). Pure; used by build_plan.cpp only.
#pragma once

#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"
#include "plan/plan.h"

namespace gdprd::plan {

// All that can be read as they are, whatever becomes of the column.
std::vector<AddressColumn> own_addresses(const Step& step, const mautic::TableEntry& entry,
                                         const mautic::Table& table, const mautic::Schema& schema);

// What is read for its change anyway is read once: such a column passes from the step's addresses to the
// change. `rule`: nullptr for a column the map does not know.
void read_with_change(Step& step, const mautic::ColumnRule* rule, columns::ColumnStep& change,
                      const mautic::Schema& schema);

}  // namespace gdprd::plan
