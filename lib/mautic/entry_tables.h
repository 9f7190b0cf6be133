// Which tables of a live database an entry of the data map is about. Pure.
#pragma once

#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::mautic {

// The table of an entry that is no pattern; nullptr when this database has none.
const Table* table_of(const TableEntry& entry, const Schema& schema);

// All its tables, in the order of their names.
std::vector<const Table*> tables_of(const TableEntry& entry, const Schema& schema);

}  // namespace gdprd::mautic
