#include "database/privileges.h"

#include <optional>
#include <vector>

#include "database/server_traits.h"

namespace gdprd::database {

namespace {

// A line of SHOW GRANTS that is about whole databases: GRANT SELECT, TRIGGER ON `mautic`.* TO …
struct Line {
    bool revoke = false;     // MySQL's partial_revokes: it limits what is granted ON *.*
    std::string privileges;  // "SELECT, TRIGGER", "ALL PRIVILEGES"
    std::string database;    // a pattern; "" for *.*
};

// Nothing for a grant of a role, or on a table.
std::optional<Line> read_line(std::string_view text) {
    const std::size_t verb = text.find(' ');
    const std::size_t on = text.find(" ON ");
    if (on == std::string_view::npos || on <= verb) return std::nullopt;
    Line line{text.starts_with("REVOKE "), std::string(text.substr(verb + 1, on - verb - 1)), ""};
    text.remove_prefix(on + 4);
    if (text.starts_with("*.* ")) return line;
    if (!text.starts_with('`')) return std::nullopt;
    for (text.remove_prefix(1); !text.empty(); text.remove_prefix(1)) {
        if (text.starts_with('`')) {
            text.remove_prefix(1);
            if (!text.starts_with('`')) break;  // two are one within the name
        }
        line.database += text.front();
    }
    if (!text.starts_with(".* ")) return std::nullopt;
    return line;
}

bool names(const Line& line, std::string_view privilege) {
    return line.privileges == "ALL PRIVILEGES" ||
           (", " + line.privileges + ',').find(", " + std::string(privilege) + ',') != std::string::npos;
}

bool is_about(Connection& connection, const Line& line, const std::string& database) {
    if (line.revoke || grants_take_names_literally(connection)) return line.database == database;
    Rows rows = connection.select("SELECT ? LIKE ? COLLATE utf8mb4_bin",
                                  std::vector<Value>{database, line.database}, "grants: read");
    return rows.next() && rows.number(0) != 0;
}

// MySQL leaves out what the account has by its roles unless they are named; MariaDB says it without that, and
// names its role without quotes.
std::string show_grants(Connection& connection) {
    Rows rows = connection.select("SELECT COALESCE(CURRENT_ROLE(), '')", {}, "grants: read");
    const std::string roles = rows.next() ? rows.text(0) : "";
    return roles.starts_with('`') ? "SHOW GRANTS FOR CURRENT_USER() USING " + roles : "SHOW GRANTS";
}

}  // namespace

bool may_read_everything(Connection& connection, const std::string& database) try {
    connection.select(
        "SELECT 1 FROM " + quote_identifier(database) + ".`mautic_gdprd_no_such_table` WHERE 1 = 0", {},
        "grants: try");
    return true;
} catch (const DatabaseError& error) {
    if (error.error_class() == ErrorClass::privilege) return false;
    if (error.error_class() == ErrorClass::schema) return true;
    throw;
}

bool has_privilege_on_database(Connection& connection, std::string_view privilege,
                               const std::string& database) {
    bool everywhere = false;
    bool revoked = false;
    Rows rows = connection.select(show_grants(connection), {}, "grants: read");
    while (rows.next()) {
        const auto line = read_line(rows.text(0));
        if (!line || !names(*line, privilege)) continue;
        if (line->database.empty()) {
            everywhere = true;
        } else if (is_about(connection, *line, database)) {
            if (!line->revoke) return true;
            revoked = true;
        }
    }
    return everywhere && !revoked;
}

}  // namespace gdprd::database
