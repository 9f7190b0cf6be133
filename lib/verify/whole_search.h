// Searches a whole database for what identified a person: every text, JSON and blob column of every table,
// whether or not the contact data map knows it. For an officer who wants to see for himself.
//
// Values are compared here, not by the server: they are in no statement, and no server log can hold them. The
// findings name tables, columns and counts only. Columns of numbers and dates are not searched.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "database/connection.h"
#include "matching/identity.h"
#include "verify/snapshot.h"
#include "verify/table_list.h"

namespace gdprd::verify {

struct Progress {
    std::string table;  // the one being read
    std::uint64_t rows_done = 0;
    std::uint64_t rows_estimated = 0;  // at least rows_done
    double part_done = 0;              // 0 to 1, by the size of the tables: better for an estimate of time
};

// Called after every chunk; false ends the search.
using GoOn = std::function<bool(const Progress&)>;

struct ColumnHits {
    std::string database;
    std::string table;
    std::string column;
    std::uint64_t rows_strong = 0;
    std::uint64_t rows_weak = 0;  // the others, which could be somebody else: only a name was found
};

struct NotSearched {
    std::string what;  // "table", "table.column" or a file
    std::string why;
};

// What a number of its cells that could not be searched are.
const char* why_unreadable(const SearchedColumn& column);

struct Findings {
    std::vector<ColumnHits> hits;
    std::vector<NotSearched> not_searched;
    std::uint64_t tables = 0;
    std::uint64_t rows = 0;
    std::uint64_t bytes = 0;
    bool interrupted = false;  // by the caller; the rest is what was found until then
    std::string failure;       // what ended the search too early, "" for nothing
};

class WholeSearch {
  public:
    // Begins the snapshot. The connection should have a read time-out long enough for the largest table's
    // chunks. Databases that do not exist, or are named twice, are left out. Throws DatabaseError.
    WholeSearch(database::Connection& connection, const std::vector<std::string>& databases);

    // `strong_only`: what could be somebody else is not counted. A table that cannot be read is told in the
    // findings; a lost connection ends the search and keeps what was found.
    Findings run(const matching::Identity& identity, bool strong_only, const GoOn& go_on);

  private:
    database::Connection& connection_;
    Snapshot snapshot_;
    std::vector<SearchedTable> tables_;
    std::vector<NotSearched> hidden_;
};

}  // namespace gdprd::verify
