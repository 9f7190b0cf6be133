// Reads all rows of a table in chunks of a bounded size, without ever holding the table in memory.
//
// A table with a key (see table_list.h) is read along it: each chunk begins after the last key of the one
// before, so every chunk costs the same. A table without one is read by HANDLER, in the order in which the
// server keeps the rows; where the storage engine cannot do that a DatabaseError says so.
//
// A chunk aims at 8 MiB and has at most 1,000 rows. Cells of more than 16 KiB are read one by one, up to
// 16 MiB whole and longer ones in overlapping parts; without a key they come whole, whatever their length.
#pragma once

#include <cstdint>
#include <string_view>

#include "database/connection.h"
#include "verify/table_list.h"

namespace gdprd::verify {

// Gets what is read. `column` counts in SearchedTable::columns; NULL is left out.
class TableVisitor {
  public:
    virtual ~TableVisitor() = default;
    // Called several times for a cell that is read in parts.
    virtual void cell(std::size_t column, std::string_view text) = 0;
    // A compressed cell of more than 16 MiB: its parts cannot be uncompressed and are not given. Or one of
    // MySQL's own JSON type that is larger than max_allowed_packet: the server does not give it.
    virtual void unreadable_cell(std::size_t column) = 0;
    virtual void end_of_row() = 0;
    virtual bool end_of_chunk() = 0;  // false: enough
};

// False when the visitor had enough. Throws DatabaseError.
bool read_table(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor);

}  // namespace gdprd::verify
