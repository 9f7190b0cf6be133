// What a whole database has to be searched in: every table, whoever made it, and each of its columns that can
// hold a text. Read from information_schema; nothing here knows Mautic.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::verify {

// Longer cells are read one by one, so that a chunk of rows has a bounded size.
inline constexpr std::uint64_t short_cell_bytes_max = 16 * 1024;

struct SearchedColumn {
    std::string name;
    bool binary = false;
    bool can_be_long = false;  // more than short_cell_bytes_max
    bool json = false;         // of the server's own JSON type
};

// A column of the key along which a table is read.
struct KeyColumn {
    enum class Kind { integer, natural, text, binary } kind = Kind::integer;
    std::string name;
};

struct SearchedTable {
    std::string database;
    std::string name;
    std::uint64_t rows_estimated = 0;  // both as the server guesses
    std::uint64_t bytes_estimated = 0;
    bool has_history = false;             // system-versioned: the former rows are not read
    std::vector<SearchedColumn> columns;  // text, char, JSON, enum, blob, binary, internet addresses
    // The primary key, or else a unique one without NULL; empty when there is none that rows can be compared
    // by: keys of enumerations, dates, floating-point numbers and beginnings of texts.
    std::vector<KeyColumn> key;
};

// The tables of that database that have such a column, by name; those that the account may see.
std::vector<SearchedTable> read_tables(database::Connection& connection, const std::string& database);

}  // namespace gdprd::verify
