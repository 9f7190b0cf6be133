// Where a server keeps values of a column outside its table: statistics and indexes of words, from which
// nothing goes when a row changes.
//
// Sources: MariaDB 10.11 (mysql.column_stats) and MySQL 9.7 (COLUMN_STATISTICS), tried; InnoDB's full-text
// indexes keep deleted words until OPTIMIZE TABLE with innodb_optimize_fulltext_only.
#pragma once

#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::database {

struct ValueCopy {
    enum class Kind {
        column_statistics,  // MariaDB's: the least and the greatest value, and a histogram
        histogram,          // MySQL's
        fulltext_index,     // words
    };
    Kind kind = Kind::histogram;
    std::string table;
    std::string column;
};

// Of columns of `database`. What the account may not read is left out. Throws DatabaseError.
std::vector<ValueCopy> read_value_copies(Connection& connection, const std::string& database);

}  // namespace gdprd::database
