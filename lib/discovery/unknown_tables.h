// Tables that the data map does not know, with all that leads from them to contacts (unknown.h). Pure.
#pragma once

#include <vector>

#include "discovery/unknown.h"

namespace gdprd::discovery {

void add_unknown_tables(const mautic::DataMap& map, const mautic::Schema& schema,
                        const policy::FieldPolicy& policy, std::vector<Unknown>& found);

}  // namespace gdprd::discovery
