#include "daemon/command/grants/log_in.h"

#include "base/error.h"
#include "daemon/command/terminal/password_input.h"

namespace gdprd::command {

namespace {

using database::Connection;
using database::ConnectionOptions;

constexpr const char* password_advice = "Give a file with the password by --admin-password-file";

std::optional<Connection> connect_unless_refused(const ConnectionOptions& options) {
    try {
        return Connection(options);
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::privilege) return std::nullopt;
        throw;
    }
}

}  // namespace

DaemonLogin log_in_as_daemon(const ConnectionOptions& options) {
    if (auto connection = connect_unless_refused(options)) return {std::move(connection), true};
    ConnectionOptions without_database = options;
    without_database.database.clear();
    return {connect_unless_refused(without_database), false};
}

Connection log_in_as_administrator(ConnectionOptions options, const GrantsOptions& chosen) {
    options.user = *chosen.admin;
    options.password.clear();
    if (chosen.admin_password_file) {
        options.password = read_password_file(*chosen.admin_password_file, "--admin-password-file");
    } else {
        // A server often knows its administrator by the user of the machine who comes through its socket.
        if (!options.unix_socket.empty()) {
            if (auto connection = connect_unless_refused(options)) return std::move(*connection);
        }
        options.password = read_password("Password of the database's " + options.user, password_advice);
    }
    if (auto connection = connect_unless_refused(options)) return std::move(*connection);
    ConnectionOptions without_database = options;
    without_database.database.clear();
    if (connect_unless_refused(without_database)) {
        throw ConfigurationError(
            "grants: " + options.user + " has no right to the database " + options.database,
            "Name an administrator who may grant rights there");
    }
    throw ConfigurationError("grants: the database server refuses " + options.user,
                             options.unix_socket.empty()
                                 ? "Look at name and password. The root of Debian's MariaDB comes through "
                                   "the Unix socket only: set "
                                   "[database] unix_socket, or name an administrator who may come by network"
                                 : "Look at name and password");
}

}  // namespace gdprd::command
