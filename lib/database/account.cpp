#include "database/account.h"

#include "database/quote.h"

namespace gdprd::database {

namespace {

std::string single_value(Connection& connection, const std::string& sql) {
    auto rows = connection.select(sql, {}, "grants: read");
    return rows.next() ? rows.text(0) : "";
}

}  // namespace

std::string quoted_account(Connection& connection) {
    const std::string user = single_value(connection, "SELECT CURRENT_USER()");
    const auto at = user.rfind('@');
    return quote_text(user.substr(0, at)) + '@' + quote_text(user.substr(at + 1));
}

std::string current_database(Connection& connection) { return single_value(connection, "SELECT DATABASE()"); }

}  // namespace gdprd::database
