// A whole database in memory, row by row, so that two moments of it can be compared and every cell searched.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "complete/needles.h"
#include "fixture/live_tables.h"
#include "fixture/row_maker.h"

namespace gdprd::test {

class Dump {
  public:
    using Cells = std::vector<std::optional<std::string>>;
    struct Table {
        std::vector<std::string> columns;
        std::map<std::string, Cells> rows;  // by primary key, its columns joined by '|'
    };

    // Of the connection's whole database.
    Dump(database::Connection& connection, const LiveTables& tables);

    // "table.column: name of the value", for every value found in a row that `where` accepts.
    using RowFilter = std::function<bool(const RowMaker::RowId&)>;
    std::set<std::string> search(
        const Needles& needles, const RowFilter& where = [](const RowMaker::RowId&) { return true; }) const;

    const std::map<std::string, Table>& tables() const { return tables_; }
    // Tables with a row that `where` accepts.
    std::set<std::string> tables_with(const RowFilter& where) const;

    friend bool operator==(const Dump& one, const Dump& other);
    // "table[key]: gone", "table[key]: new", "table[key].column", of the rows that `where` accepts.
    static std::vector<std::string> differences(const Dump& before, const Dump& after,
                                                const RowFilter& where);

  private:
    std::map<std::string, Table> tables_;
};

}  // namespace gdprd::test
