#include "database/account.h"

#include <utility>

#include "database/quote.h"

namespace gdprd::database {

namespace {

std::string single_value(Connection& connection, const std::string& sql) {
    auto rows = connection.select(sql, {}, "grants: read");
    return rows.next() ? rows.text(0) : "";
}

std::string quote_name(std::string_view name) {
    return name.find('\\') == std::string_view::npos ? quote_text(name) : quote_identifier(name);
}

// A user's name may have an @, a host's has none.
std::pair<std::string, std::string> split_account(const std::string& account) {
    const auto at = account.rfind('@');
    return {account.substr(0, at), account.substr(at + 1)};
}

}  // namespace

std::string quote_account(std::string_view user, std::string_view host) {
    return quote_name(user) + '@' + quote_name(host);
}

std::string quoted_account(Connection& connection) {
    const auto [user, host] = split_account(single_value(connection, "SELECT CURRENT_USER()"));
    return quote_account(user, host);
}

std::string seen_host(Connection& connection) {
    return split_account(single_value(connection, "SELECT USER()")).second;
}

std::string current_database(Connection& connection) { return single_value(connection, "SELECT DATABASE()"); }

}  // namespace gdprd::database
