// Which tables of a live database an entry of the data map is about. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::mautic {

// The table of an entry that is no pattern; nullptr when this database has none.
const Table* table_of(const TableEntry& entry, const Schema& schema);

// All its tables, in the order of their names.
std::vector<const Table*> tables_of(const TableEntry& entry, const Schema& schema);

// 12 of "form_results_12_newsletter", when `entry` is about "form_results_*"; nothing where there is no
// number.
std::optional<std::uint64_t> form_of(const TableEntry& entry, const Table& table);

// Mautic does not always drop the table when a form is deleted, and the form's number comes into use again:
// there is no such form any more, or it has another table. In a database without forms, or of which we may
// not see them, nobody knows.
bool is_left_over(const TableEntry& entry, const Table& table, const Schema& schema);

}  // namespace gdprd::mautic
