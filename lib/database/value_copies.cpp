#include "database/value_copies.h"

namespace gdprd::database {

namespace {

using Kind = ValueCopy::Kind;

// A table that this server does not have, or that the account may not read, has nothing to tell.
void add(Connection& connection, Kind kind, const char* sql, const std::string& database,
         std::vector<ValueCopy>& copies) {
    try {
        Rows rows = connection.select(sql, std::vector<Value>{database}, "copies of values: look for them");
        while (rows.next()) copies.push_back({kind, rows.text(0), rows.text(1)});
    } catch (const DatabaseError& error) {
        const bool is_hidden =
            error.error_class() == ErrorClass::schema || error.error_class() == ErrorClass::privilege;
        if (!is_hidden) throw;
    }
}

}  // namespace

std::vector<ValueCopy> read_value_copies(Connection& connection, const std::string& database) {
    std::vector<ValueCopy> copies;
    add(connection, Kind::column_statistics,
        "SELECT table_name, column_name FROM mysql.column_stats WHERE db_name = ? AND min_value IS NOT NULL"
        " ORDER BY 1, 2",
        database, copies);
    add(connection, Kind::histogram,
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMN_STATISTICS WHERE SCHEMA_NAME = ?"
        " ORDER BY 1, 2",
        database, copies);
    add(connection, Kind::fulltext_index,
        "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = ?"
        " AND INDEX_TYPE = 'FULLTEXT' ORDER BY 1, 2",
        database, copies);
    return copies;
}

}  // namespace gdprd::database
