// A database as plain values in memory: what the judge works on, and how a history gets into a real one.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/contact_id.h"
#include "database/connection.h"

namespace gdprd::test::model {

using Cell = std::optional<std::string>;
using Row = std::map<std::string, Cell>;   // by column
using Table = std::map<std::string, Row>;  // by primary key, its columns joined by '|'
using Rows = std::map<std::string, Table>;
using RowId = std::pair<std::string, std::string>;  // table and primary key

// The tables of the model and their primary keys; a table comes after those it refers to.
struct Shape {
    std::string table;
    std::vector<std::string> key;
};
const std::vector<Shape>& shapes();

// One row to insert. `about` 0: it is shared, or nobody's.
struct Line {
    ContactId about = 0;
    std::string table;
    Row values;
};

// Tables that test/support/mautic5.sql does not have: text messages, a form's results, two of a plugin whose
// keys are texts, and one that no map knows.
void create_more_tables(database::Connection& connection);
// The plugin's entries for the data map.
const char* plugin_map();

void empty_tables(database::Connection& connection);
// A line that refers to a row which is not there is left out, so that any line of a history can be dropped.
void insert(database::Connection& connection, std::span<const Line> lines);
Rows read_rows(database::Connection& connection);

std::string quoted(const Cell& cell);  // as SQL

// How `is` differs from `should`, one line a cell, at most so many.
std::vector<std::string> differences(const Rows& should, const Rows& is, std::size_t lines_max = 20);

}  // namespace gdprd::test::model
