#include "daemon/command/check_grants.h"

#include <set>
#include <vector>

#include "base/text.h"
#include "daemon/command/common.h"
#include "database/quote_text.h"
#include "database/server_traits.h"
#include "erasure/rights.h"

namespace gdprd::command {

namespace {

using database::Connection;
using database::quote_identifier;

std::string single_value(Connection& connection, const std::string& sql) {
    auto rows = connection.select(sql, {}, "grants: read");
    return rows.next() ? rows.text(0) : "";
}

// 'mautic_gdprd'@'localhost', as a GRANT names it.
std::string account(Connection& connection) {
    const std::string user = single_value(connection, "SELECT CURRENT_USER()");
    const auto at = user.rfind('@');
    return database::quote_text(user.substr(0, at)) + '@' + database::quote_text(user.substr(at + 1));
}

// In a grant on a whole database an underscore stands for any character, on most servers.
std::string database_pattern(Connection& connection, const std::string& name) {
    if (database::grants_take_names_literally(connection)) return quote_identifier(name) + ".*";
    std::string pattern;
    for (const char c : name) {
        if (c == '_' || c == '%') pattern += '\\';
        pattern += c;
    }
    return quote_identifier(pattern) + ".*";
}

bool has_privilege_on_database(Connection& connection, const std::string& privilege,
                               const std::string& name) {
    auto rows = connection.select(
        "SELECT (SELECT COUNT(*) FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE = ?) +"
        " (SELECT COUNT(*) FROM information_schema.SCHEMA_PRIVILEGES WHERE PRIVILEGE_TYPE = ?"
        " AND CONVERT(? USING utf8mb4) " +
            std::string(database::grants_take_names_literally(connection) ? "=" : "LIKE") +
            " CONVERT(TABLE_SCHEMA USING utf8mb4))",
        std::vector<database::Value>{privilege, privilege, name}, "grants: read");
    return rows.next() && rows.number(0) > 0;
}

class GrantTest {
  public:
    GrantTest(Connection& connection, std::string database, CheckReport& report)
        : connection_(connection), database_(std::move(database)), report_(report) {}

    void try_select(const std::string& table) {
        attempt(table, "SELECT", "SELECT * FROM " + name_of(table) + " WHERE 1 = 0", true);
    }
    void try_lock(const std::string& table) {
        if (missing_on(table)) return;  // the lock needs what is already reported
        attempt(table, "UPDATE", "SELECT 1 FROM " + name_of(table) + " WHERE 1 = 0 FOR UPDATE", true);
    }
    void try_update(const std::string& table, const std::vector<std::string>& columns) {
        std::vector<std::string> parts;
        for (const std::string& column : columns) {
            parts.push_back(quote_identifier(column) + " = " + quote_identifier(column));
        }
        attempt(table, "UPDATE", "UPDATE " + name_of(table) + " SET " + join(parts, ", ") + " WHERE 1 = 0");
    }
    void try_delete(const std::string& table) {
        attempt(table, "DELETE", "DELETE FROM " + name_of(table) + " WHERE 1 = 0");
    }
    // Adds no row and uses up no id.
    void try_insert(const std::string& table, const std::string& column) {
        attempt(table, "INSERT",
                "INSERT INTO " + name_of(table) + " (" + quote_identifier(column) +
                    ") SELECT '' FROM DUAL WHERE 1 = 0");
    }

  private:
    std::string name_of(const std::string& table) const {
        return quote_identifier(database_) + '.' + quote_identifier(table);
    }

    bool missing_on(const std::string& table) const {
        for (const auto& [missing_table, privilege] : missing_) {
            if (missing_table == table) return true;
        }
        return false;
    }

    void attempt(const std::string& table, const std::string& privilege, const std::string& sql,
                 bool reads = false) {
        try {
            if (reads) {
                connection_.select(sql, {}, "grants: try");
            } else {
                connection_.change(sql, {}, "grants: try");
            }
        } catch (const database::DatabaseError& error) {
            if (error.error_class() == database::ErrorClass::connection) throw;
            // Rights are looked at first: whatever else is wrong with the statement, it was allowed.
            if (error.error_class() != database::ErrorClass::privilege) return;
            if (!missing_.insert({table, privilege}).second) return;
            report_.problem("grants", "table " + table + ": " + privilege + " is not granted",
                            "Run as an administrator: GRANT " + privilege + " ON " + name_of(table) + " TO " +
                                account(connection_) + ';');
        }
    }

    Connection& connection_;
    const std::string database_;
    CheckReport& report_;
    std::set<std::pair<std::string, std::string>> missing_;
};

}  // namespace

void check_grants(Connection& connection, const erasure::Plan& plan, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    const std::string name = single_value(connection, "SELECT DATABASE()");
    const auto needed = erasure::needed_rights(connection, plan);
    const auto missing = erasure::find_missing_rights(connection, needed);
    if (!missing) {
        report.warning("grants",
                       "the server lets nobody change anything just now, so nothing could be tried");
    } else {
        for (const auto& right : *missing) {
            report.problem(
                "grants",
                "table " + right.real_table + ": " + right.privilege + " is not granted" +
                    (right.stops_all ? ": nobody is erased" : ": what it holds of erased contacts waits"),
                "Run as an administrator: " + right.grant);
        }
    }
    if (!has_privilege_on_database(connection, "SELECT", name)) {
        report.warning(
            "grants",
            "SELECT on the whole database is not granted, unless by a role; what the user cannot see "
            "cannot be reported as unknown",
            "Run as an administrator: GRANT SELECT ON " + database_pattern(connection, name) + " TO " +
                account(connection) + ';');
    }
    if (missing && missing->empty()) {
        report.ok("grants", "all that an erasure needs: " + counted(needed.size(), "right") + " tried");
    }
}

void check_suppression_grant(Connection& connection, const erasure::Plan& plan, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    GrantTest test(connection, single_value(connection, "SELECT DATABASE()"), report);
    test.try_insert(plan.table_prefix + "lead_donotcontact", "comments");
}

void check_ledger_grants(Connection& connection, const std::string& ledger, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    GrantTest test(connection, ledger, report);
    test.try_select("erasure");
    test.try_insert("erasure", "algorithm");
    test.try_update("erasure", {"passes"});
    test.try_lock("erasure");
    for (const char* table : {"covered_column", "finding"}) test.try_select(table);
    test.try_insert("covered_column", "table_name");
    test.try_insert("finding", "cells");
    test.try_delete("finding");
}

bool may_create(Connection& connection, const std::string& ledger) {
    return has_privilege_on_database(connection, "CREATE", ledger);
}

std::string ledger_grant(Connection& connection, const std::string& ledger) {
    return "GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, INDEX, REFERENCES ON " +
           database_pattern(connection, ledger) + " TO " + account(connection) + ';';
}

}  // namespace gdprd::command
