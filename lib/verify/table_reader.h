// Reads all rows of a table in chunks of a bounded size, without ever holding the table in memory.
//
// A table with a key (see table_list.h) is read along it: each chunk begins after the last key of the one
// before, so every chunk costs the same. A table without one is read by HANDLER, in the order in which the
// server keeps the rows; where the storage engine cannot do that a DatabaseError says so.
//
// A chunk has a bounded size (ReadOptions). Cells of more than 16 KiB are read one by one, up to a bound
// whole and longer ones in overlapping parts; without a key they come whole, whatever their length.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "database/connection.h"
#include "verify/table_list.h"

namespace gdprd::verify {

// Gets what is read. `column` counts in SearchedTable::columns; NULL is left out.
class TableVisitor {
  public:
    virtual ~TableVisitor() = default;
    // Before the cells of a row; none for a table without a key. A binary column's value is hexadecimal.
    virtual void begin_row(std::span<const database::Value> /*key*/) {}
    virtual void cell(std::size_t column, std::string_view text) = 0;
    // One of several parts of a cell, which overlap: the first one begins where the cell does, and the last
    // one ends where it does.
    virtual void part_of_cell(std::size_t column, std::string_view text, bool /*is_first*/,
                              bool /*is_last*/) {
        cell(column, text);
    }
    // A compressed cell of more than 16 MiB: its parts cannot be uncompressed and are not given. Or one of
    // MySQL's own JSON type that is larger than max_allowed_packet: the server does not give it.
    virtual void unreadable_cell(std::size_t column) = 0;
    virtual void end_of_row() = 0;
    virtual bool end_of_chunk() = 0;  // false: enough
};

struct ReadOptions {
    std::uint64_t chunk_bytes = 8 * 1024 * 1024;  // what a chunk aims at
    std::uint64_t chunk_rows_max = 1'000;
    // A longer text is read in parts. What is binary may be compressed and is read whole up to 16 MiB.
    std::uint64_t whole_text_bytes_max = 16 * 1024 * 1024;
};

// Where a reader is in a table with a key: behind the row with these values; none before the first row.
using TablePosition = std::vector<database::Value>;

// False when the visitor had enough. Throws DatabaseError. Of a table with a key the rows after `position`
// are read, which is moved along at the end of each chunk, before the visitor hears of it.
bool read_table(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor,
                const ReadOptions& options, TablePosition& position);
bool read_table(database::Connection& connection, const SearchedTable& table, TableVisitor& visitor);

}  // namespace gdprd::verify
