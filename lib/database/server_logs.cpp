#include "database/server_logs.h"

#include <cppconn/connection.h>
#include <cppconn/exception.h>
#include <cppconn/statement.h>

#include <memory>

#include "base/text.h"
#include "database/error.h"
#include "database/privileges.h"
#include "database/quote.h"
#include "database/server_traits.h"
#include "database/session.h"

namespace gdprd::database {

namespace {

bool is_refusal(const sql::SQLException& error) {
    return DatabaseError(error.getErrorCode(), error.getSQLState(), "", "").error_class() ==
           ErrorClass::privilege;
}

std::string session_variable(Connection& connection, const std::string& name) {
    Rows rows = connection.select("SHOW SESSION VARIABLES WHERE Variable_name = " + quote_text(name), {},
                                  "server variables");
    return rows.next() ? rows.text(1) : "";
}

bool is_out_of_general_log(Connection& connection) {
    return is_on(session_variable(connection, "sql_log_off")) &&
           (has_privilege_on_database(connection, "SUPER", "") ||
            has_privilege_on_database(connection, "CONNECTION_ADMIN", ""));
}

std::uint64_t number_of(const std::string& value) {
    // MariaDB counts days in fractions.
    return value.empty() ? 0 : static_cast<std::uint64_t>(std::stod(value));
}

// Where the general and the slow log go: log_output is a list of FILE, TABLE and NONE.
std::string destination(Connection& connection, const std::string& file_option, const std::string& table) {
    const std::string output = to_lower(session_variable(connection, "log_output"));
    std::vector<std::string> places;
    if (output.find("file") != std::string::npos) places.push_back(session_variable(connection, file_option));
    if (output.find("table") != std::string::npos) places.push_back("the table mysql." + table);
    return join(places, " and ");
}

}  // namespace

void keep_out_of_logs(sql::Connection& session) {
    struct Setting {
        const char* name;
        const char* value;
        bool binary_log;
    };
    static constexpr Setting settings[] = {
        {"long_query_time", "31536000", false},           // a year, the longest there is
        {"min_examined_row_limit", "4294967295", false},  // for log_queries_not_using_indexes
        {"sql_log_off", "1", false},
        {"binlog_row_image", "'MINIMAL'", true},
        {"binlog_rows_query_log_events", "0", true},  // MySQL: the statements beside the rows
        {"binlog_annotate_row_events", "0", true},    // MariaDB: the same
    };
    std::vector<std::string> names{"log_bin", "wsrep_on"};
    for (const Setting& setting : settings) names.emplace_back(setting.name);
    const auto now = session_variables(session, names);
    const auto value = [&](const std::string& name) {
        const auto found = now.find(name);
        return found == now.end() ? "" : found->second;
    };
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    for (const Setting& setting : settings) {
        if (!now.contains(setting.name)) continue;
        if (setting.binary_log && (!is_on(value("log_bin")) || is_on(value("wsrep_on")))) continue;
        try {
            statement->execute("SET SESSION " + std::string(setting.name) + " = " + setting.value);
        } catch (const sql::SQLException& error) {
            if (!is_refusal(error)) throw;
        }
    }
}

BinaryLog read_binary_log(Connection& connection) {
    BinaryLog log;
    log.on = is_on(session_variable(connection, "log_bin"));
    if (!log.on) return log;
    log.format = session_variable(connection, "binlog_format");
    log.row_image = session_variable(connection, "binlog_row_image");
    log.server_row_image = global_variable(connection, "binlog_row_image").value_or("");
    for (const char* option : {"binlog_rows_query_log_events", "binlog_annotate_row_events"}) {
        if (!is_on(session_variable(connection, option))) continue;
        log.keeps_statements = true;
        log.statements_option = option;
    }
    log.kept_seconds = number_of(session_variable(connection, "binlog_expire_logs_seconds"));
    constexpr std::uint64_t seconds_a_day = 86'400;
    if (log.kept_seconds == 0) {
        log.kept_seconds = number_of(session_variable(connection, "expire_logs_days")) * seconds_a_day;
    }
    const auto purged = global_variable(connection, "binlog_expire_logs_auto_purge");  // MySQL 8.0.29
    if (purged && !is_on(*purged)) log.kept_seconds = 0;
    return log;
}

std::vector<StatementLog> read_statement_logs(Connection& connection) {
    std::vector<StatementLog> logs;
    const auto is_on_everywhere = [&](const char* option) {
        return is_on(global_variable(connection, option).value_or(""));
    };
    if (is_on_everywhere("general_log")) {
        logs.push_back({"general_log", destination(connection, "general_log_file", "general_log"),
                        !is_out_of_general_log(connection)});
    }
    if (is_on_everywhere("slow_query_log")) {
        logs.push_back({"slow_query_log", destination(connection, "slow_query_log_file", "slow_log"), false});
    }
    if (is_on_everywhere("innodb_print_all_deadlocks")) {
        logs.push_back({"innodb_print_all_deadlocks", session_variable(connection, "log_error"), true});
    }
    if (is_on_everywhere("server_audit_logging")) {  // MariaDB's plugin
        logs.push_back(
            {"server_audit_logging", session_variable(connection, "server_audit_file_path"), true});
    }
    const std::string policy =
        session_variable(connection, "audit_log_policy");  // plugins of MySQL and Percona
    if (!policy.empty() && to_lower(policy) != "none" && to_lower(policy) != "logins") {
        logs.push_back({"audit_log_policy", session_variable(connection, "audit_log_file"), true});
    }
    return logs;
}

std::optional<std::uint64_t> count_replicas(Connection& connection) {
    Rows rows =
        connection.select("SHOW GLOBAL STATUS LIKE 'Slaves_connected'", {}, "server status");  // MariaDB
    if (rows.next()) return rows.number(1);
    try {
        Rows replicas = connection.select("SHOW REPLICAS", {}, "replicas");
        std::uint64_t count = 0;
        while (replicas.next()) ++count;
        return count;
    } catch (const DatabaseError& error) {
        if (error.error_class() == ErrorClass::connection) throw;
        return std::nullopt;
    }
}

}  // namespace gdprd::database
