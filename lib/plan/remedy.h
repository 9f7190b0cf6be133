// What [policy] unknown = "delete" does with a table that nobody described. Pure.
#pragma once

#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::plan {

// An entry for each of these ties. Rows that another one of them ties too are nobody's alone, and left. Ties
// of kind column, or parent with a parent of the map.
std::vector<mautic::TableEntry> remedies_for(const mautic::Table& table, const std::vector<mautic::Tie>& ties,
                                             bool has_prefix);

}  // namespace gdprd::plan
