#include "database/connect.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <cppconn/statement.h>
#include <mysql_driver.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace gdprd::database {

namespace {

// The library counts in whole seconds and takes 0 for "no limit".
int whole_seconds(Milliseconds duration) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 86'400));
}

std::string address(const ConnectionOptions& options) {
    if (!options.unix_socket.empty()) return "unix://" + options.unix_socket;
    const bool ipv6 = options.host.find(':') != std::string::npos;
    const std::string host = ipv6 ? "[" + options.host + "]" : options.host;
    return "tcp://" + host + ":" + std::to_string(options.port);
}

void add_tls(sql::ConnectOptionsMap& map, const ConnectionOptions& options) {
    const bool required = !options.tls_ca_file.empty();
    if (required) map["sslCA"] = sql::SQLString(options.tls_ca_file);
    // Said even when false: newer client libraries demand TLS of every remote server by default.
    map["sslEnforce"] = required;
    map["sslVerify"] = required;
}

}  // namespace

sql::Driver& driver() {
    static sql::Driver* const instance = sql::mysql::get_driver_instance();
    return *instance;
}

void check_limits(const ConnectionOptions& options) {
    if (whole_seconds(options.read_timeout) > whole_seconds(options.lock_wait_timeout)) return;
    throw ConfigurationError("database.read_timeout: " + format_duration(options.read_timeout) +
                                 " is not longer than database.lock_wait_timeout, " +
                                 format_duration(options.lock_wait_timeout),
                             "Make it longer, or waiting for a row lock looks like a lost connection");
}

std::unique_ptr<sql::Connection> connect(const ConnectionOptions& options) {
    sql::ConnectOptionsMap map;
    map["hostName"] = sql::SQLString(address(options));
    map["userName"] = sql::SQLString(options.user);
    map["password"] = sql::SQLString(options.password);
    if (!options.database.empty()) map["schema"] = sql::SQLString(options.database);
    map["OPT_CHARSET_NAME"] = sql::SQLString("utf8mb4");
    map["OPT_CONNECT_TIMEOUT"] = whole_seconds(options.connect_timeout);
    map["OPT_READ_TIMEOUT"] = whole_seconds(options.read_timeout);
    map["OPT_WRITE_TIMEOUT"] = whole_seconds(options.read_timeout);
    map["OPT_LOCAL_INFILE"] = 0;  // a server must not be able to ask for our files
    add_tls(map, options);
    return std::unique_ptr<sql::Connection>(driver().connect(map));
}

void set_up_session(sql::Connection& session, const ConnectionOptions& options) {
    const std::string lock_seconds = std::to_string(whole_seconds(options.lock_wait_timeout));
    const std::unique_ptr<sql::Statement> statement(session.createStatement());
    // Strict, so that a hash that does not fit is an error and not a cut-off hash. Zero dates stay allowed:
    // old rows hold them, and those rows must still be updatable. ANSI quotes would break our statements.
    // lock_wait_timeout is about ALTER TABLE by others; its default is a day or a year.
    statement->execute(
        "SET SESSION sql_mode = 'STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION', "
        "SESSION time_zone = '+00:00', SESSION autocommit = 1, "
        "SESSION innodb_lock_wait_timeout = " +
        lock_seconds + ", SESSION lock_wait_timeout = " + lock_seconds);
    // The variable behind it has another name on each server; this form is understood by all.
    statement->execute("SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED");
}

}  // namespace gdprd::database
