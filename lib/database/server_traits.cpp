#include "database/server_traits.h"

#include <vector>

#include "base/text.h"

namespace gdprd::database {

namespace {

bool is_on(const std::optional<std::string>& value) {
    return value && (to_lower(*value) == "on" || *value == "1");
}

std::uint64_t number_of(const std::optional<std::string>& value) {
    // MariaDB counts days in fractions.
    return value && !value->empty() ? static_cast<std::uint64_t>(std::stod(*value)) : 0;
}

bool has_catalog_column(Connection& connection, const std::string& table, const std::string& column) {
    // Names in information_schema are in capitals on one server and in small letters on another.
    Rows rows = connection.select(
        "SELECT COUNT(*) FROM information_schema.COLUMNS WHERE TABLE_SCHEMA IN ('information_schema',"
        " 'INFORMATION_SCHEMA') AND TABLE_NAME = ? AND COLUMN_NAME = ?",
        std::vector<Value>{table, column}, "read what the catalog has");
    return rows.next() && rows.number(0) > 0;
}

}  // namespace

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
    return is_on(global_variable(connection, "partial_revokes"));
}

BinaryLog read_binary_log(Connection& connection) {
    BinaryLog log;
    log.on = is_on(global_variable(connection, "log_bin"));
    if (!log.on) return log;
    log.format = global_variable(connection, "binlog_format").value_or("");
    log.row_image = global_variable(connection, "binlog_row_image").value_or("");
    for (const char* option : {"binlog_rows_query_log_events", "binlog_annotate_row_events"}) {
        if (!is_on(global_variable(connection, option))) continue;
        log.keeps_statements = true;
        log.statements_option = option;
    }
    log.kept_seconds = number_of(global_variable(connection, "binlog_expire_logs_seconds"));
    constexpr std::uint64_t seconds_a_day = 86'400;
    if (log.kept_seconds == 0) {
        log.kept_seconds = number_of(global_variable(connection, "expire_logs_days")) * seconds_a_day;
    }
    const auto purged = global_variable(connection, "binlog_expire_logs_auto_purge");  // MySQL 8.0.29
    if (purged && !is_on(purged)) log.kept_seconds = 0;
    return log;
}

}  // namespace gdprd::database
