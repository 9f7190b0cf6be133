#include "database/server_traits.h"

#include <vector>

#include "base/text.h"

namespace gdprd::database {

namespace {

bool has_catalog_column(Connection& connection, const std::string& table, const std::string& column) {
    // Names in information_schema are in capitals on one server and in small letters on another.
    Rows rows = connection.select(
        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ('information_schema',"
        " 'INFORMATION_SCHEMA') AND TABLE_NAME = ? AND COLUMN_NAME = ?",
        std::vector<Value>{table, column}, "read what the catalog has");
    return rows.next() && rows.number(0) > 0;
}

}  // namespace

bool is_on(std::string_view value) { return to_lower(value) == "on" || value == "1"; }

std::optional<std::string> global_variable(Connection& connection, const std::string& name) {
    Rows rows = connection.select("SHOW GLOBAL VARIABLES WHERE Variable_name = '" + name + "'", {},
                                  "server variables");
    if (!rows.next()) return std::nullopt;
    return rows.text(1);
}

std::string checks_of_tables(Connection& connection) {
    if (!has_catalog_column(connection, "CHECK_CONSTRAINTS", "CHECK_CLAUSE")) return "";
    const std::string checks = "information_schema.CHECK_CONSTRAINTS";
    if (has_catalog_column(connection, "CHECK_CONSTRAINTS", "TABLE_NAME")) return checks;  // MariaDB
    // MySQL: a check's name is the only one in its database.
    return checks + " JOIN information_schema.TABLE_CONSTRAINTS USING (CONSTRAINT_SCHEMA, CONSTRAINT_NAME)";
}

std::string usable_index(Connection& connection) {
    std::string condition = "INDEX_TYPE NOT IN ('FULLTEXT', 'SPATIAL', 'RTREE')";
    if (has_catalog_column(connection, "STATISTICS", "IS_VISIBLE")) condition += " AND IS_VISIBLE = 'YES'";
    if (has_catalog_column(connection, "STATISTICS", "IGNORED")) condition += " AND IGNORED = 'NO'";
    return "(" + condition + ")";
}

std::string index_expression(Connection& connection) {
    return has_catalog_column(connection, "STATISTICS", "EXPRESSION") ? "COALESCE(EXPRESSION, '')" : "''";
}

bool grants_take_names_literally(Connection& connection) {
    return is_on(global_variable(connection, "partial_revokes").value_or(""));
}

}  // namespace gdprd::database
