// What [policy] unknown = "delete" does with a table that nobody described: as much as names and types can
// tell without breaking what protects the person. Pure.
#pragma once

#include <string>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::plan {

struct Remedy {
    // One for each tie. Rows that another one of them ties too are nobody's alone, and left.
    std::vector<mautic::TableEntry> entries;
    // Columns that stay although they may hold something of a person.
    std::vector<std::string> undecided;
    std::string refused;  // why the table is left as it is; "" when it is not
};

// `ties` are of kind column, or parent with a parent of the map.
//
// Keys, references, states, consents and opt-outs stay, and so does what Mautic keeps of members of staff. Of
// a unique key of several columns only those change that may name a person. The rows of a queue go, because
// what waits would be sent. A table that may prove a consent is left alone: an emptied proof is none.
Remedy remedy_for(const mautic::Table& table, const std::vector<mautic::Tie>& ties, bool has_prefix);

}  // namespace gdprd::plan
