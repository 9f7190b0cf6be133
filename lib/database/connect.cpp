#include "database/connect.h"

#include <cppconn/connection.h>
#include <cppconn/driver.h>
#include <mysql_driver.h>

#include <algorithm>
#include <chrono>

#include "base/error.h"

namespace gdprd::database {

namespace {

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

int whole_seconds(Milliseconds duration) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(duration).count();
    return static_cast<int>(std::clamp<std::int64_t>(seconds, 1, 86'400));
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
    // The library asks for a variable while it connects, which a server with a small max_join_size refuses.
    map["preInit"] = sql::SQLString("SET SESSION sql_big_selects = 1");
    map["OPT_LOCAL_INFILE"] = 0;  // a server must not be able to ask for our files
    add_tls(map, options);
    return std::unique_ptr<sql::Connection>(driver().connect(map));
}

}  // namespace gdprd::database
