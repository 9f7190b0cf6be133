#include "rights/grants.h"

#include <algorithm>
#include <array>
#include <set>

#include "base/text.h"
#include "database/account.h"
#include "database/privileges.h"
#include "lookup/log.h"
#include "rights/rights.h"
#include "seal/store.h"

namespace gdprd::rights {

namespace {

using database::Connection;

// Each Right's trial may be one of several for the same privilege.
void add(std::vector<Grant>& grants, Grant grant) {
    if (std::find(grants.begin(), grants.end(), grant) == grants.end()) grants.push_back(std::move(grant));
}

void add(std::vector<Grant>& grants, const std::vector<Right>& needed, const std::string& mautic_database) {
    for (const Right& right : needed) {
        add(grants,
            {right.privilege, right.database.empty() ? mautic_database : right.database, right.real_table});
    }
}

std::vector<Right> needed_on_mautic(std::vector<Right> needed, const plan::Plan& plan, OptOuts opt_outs) {
    if (opt_outs == OptOuts::added) needed.push_back(right_to_opt_out(plan));
    // That is granted once, on all tables.
    std::erase_if(needed,
                  [](const Right& right) { return right.privilege == "SELECT" && right.database.empty(); });
    std::stable_sort(needed.begin(), needed.end(), [](const Right& one, const Right& other) {
        return one.privilege > other.privilege;  // UPDATE, INSERT, DELETE
    });
    return needed;
}

// To add, change and remove rows can be tried; these cannot, because they have no condition that no row
// meets.
const std::vector<std::string> row_privileges{"SELECT", "INSERT", "UPDATE", "DELETE"};
const std::vector<std::string> table_privileges{"CREATE", "ALTER", "INDEX", "REFERENCES"};

// All that can be granted on a database but what is needed where rows are only added.
constexpr std::array beyond_adding{
    "ALTER",       "ALTER ROUTINE", "CREATE ROUTINE", "CREATE TEMPORARY TABLES",
    "CREATE VIEW", "DELETE",        "DELETE HISTORY", "DROP",
    "EVENT",       "EXECUTE",       "INDEX",          "LOCK TABLES",
    "REFERENCES",  "SHOW VIEW",     "TRIGGER",        "UPDATE"};

bool exists(Connection& connection, const std::string& database, const std::string& table) {
    return connection
        .select("SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = ? AND TABLE_NAME = ?",
                std::vector<database::Value>{database, table}, "grants: look for a table of ours")
        .next();
}

// In a grant on a whole database a backslash makes what follows it literal.
std::string as_pattern(const std::string& name) {
    std::string pattern;
    for (const char c : name) {
        if (c == '_' || c == '%' || c == '\\') pattern += '\\';
        pattern += c;
    }
    return pattern;
}

}  // namespace

Grant ledger_grant(const std::string& ledger_database) {
    return {join(row_privileges, ", ") + ", " + join(table_privileges, ", "), ledger_database, ""};
}

// CREATE makes the table once; in one that is there it changes nothing.
Grant lookup_log_grant(const std::string& ledger_database) {
    return {"SELECT, INSERT, CREATE", lookup::lookup_log_database(ledger_database), ""};
}

Grant seals_grant(const std::string& ledger_database) {
    return {"SELECT, INSERT, CREATE", seal::seals_database(ledger_database), ""};
}

std::vector<Grant> all_grants(const erasure::Rules& rules, const std::string& mautic_database,
                              OptOuts opt_outs) {
    std::vector<Grant> grants{{"SELECT", mautic_database, ""}};
    add(grants, needed_on_mautic(needed_rights(rules), *rules.plan, opt_outs), mautic_database);
    add(grants, ledger_grant(rules.ledger_database));
    add(grants, lookup_log_grant(rules.ledger_database));
    add(grants, seals_grant(rules.ledger_database));
    return grants;
}

std::vector<Grant> desk_grants(const std::string& mautic_database, const std::string& ledger_database) {
    return {{"SELECT", mautic_database, ""},
            {"SELECT", ledger_database, ""},
            lookup_log_grant(ledger_database),
            {"SELECT", seal::seals_database(ledger_database), ""}};
}

std::vector<Grant> missing_desk_grants(Connection& desk, const std::string& mautic_database,
                                       const std::string& ledger_database) {
    std::vector<Grant> missing;
    for (const Grant& grant : desk_grants(mautic_database, ledger_database)) {
        std::vector<std::string> lacking;
        for (const char* privilege : {"SELECT", "INSERT", "CREATE"}) {
            if (grant.privileges.find(privilege) == std::string::npos) continue;
            if (!database::has_privilege_on_database(desk, privilege, grant.database)) {
                lacking.emplace_back(privilege);
            }
        }
        if (!lacking.empty()) missing.push_back({join(lacking, ", "), grant.database, ""});
    }
    return missing;
}

namespace {

// Of the account itself, as the server lists them; what it has by a role is asked for elsewhere.
class OwnPrivileges {
  public:
    explicit OwnPrivileges(Connection& connection)
        : connection_(connection), grantee_(database::quoted_account(connection)) {}

    // Where and what: "UPDATE on mautic.leads".
    std::vector<std::string> beyond(const std::vector<Grant>& allowed) {
        std::vector<std::string> found;
        read(
            "SELECT PRIVILEGE_TYPE, '' FROM information_schema.USER_PRIVILEGES WHERE PRIVILEGE_TYPE <> "
            "'USAGE'",
            [&](const std::string& privilege, const std::string&) {
                found.push_back(privilege + " on *.*");
            });
        read("SELECT PRIVILEGE_TYPE, TABLE_SCHEMA FROM information_schema.SCHEMA_PRIVILEGES WHERE TRUE",
             [&](const std::string& privilege, const std::string& pattern) {
                 const std::string name = name_of(pattern);
                 if (!is_allowed(privilege, name, allowed)) found.push_back(privilege + " on " + name);
             });
        for (const char* list : {"TABLE_PRIVILEGES", "COLUMN_PRIVILEGES"}) {
            read(
                std::string(
                    "SELECT PRIVILEGE_TYPE, CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) FROM information_schema.") +
                    list + " WHERE PRIVILEGE_TYPE <> 'SELECT'",
                [&](const std::string& privilege, const std::string& table) {
                    found.push_back(privilege + " on " + table);
                });
        }
        return found;
    }

  private:
    template <typename Take>
    void read(const std::string& sql, Take take) {
        auto rows = connection_.select(sql + " AND GRANTEE = ?", std::vector<database::Value>{grantee_},
                                       "grants: read one's own");
        while (rows.next()) take(rows.text(0), rows.text(1));
    }

    // Without the backslashes that make `_` and `%` literal.
    static std::string name_of(const std::string& pattern) {
        std::string name;
        for (std::size_t at = 0; at < pattern.size(); ++at) {
            if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
            name += pattern[at];
        }
        return name;
    }

    static bool is_allowed(const std::string& privilege, const std::string& database,
                           const std::vector<Grant>& allowed) {
        return std::any_of(allowed.begin(), allowed.end(), [&](const Grant& grant) {
            return grant.database == database &&
                   (", " + grant.privileges + ",").find(", " + privilege + ",") != std::string::npos;
        });
    }

    Connection& connection_;
    const std::string grantee_;
};

}  // namespace

std::vector<std::string> broader_desk_grants(Connection& desk, const std::string& mautic_database,
                                             const std::string& ledger_database) {
    const auto own = OwnPrivileges(desk).beyond(desk_grants(mautic_database, ledger_database));
    std::set<std::string> broader(own.begin(), own.end());
    // By roles, too.
    const auto may_not = [&](const std::string& name, std::initializer_list<const char*> privileges) {
        for (const char* privilege : privileges) {
            if (database::has_privilege_on_database(desk, privilege, name)) {
                broader.insert(privilege + (" on " + name));
            }
        }
    };
    for (const std::string& name :
         {mautic_database, ledger_database, seal::seals_database(ledger_database)}) {
        may_not(name, {"INSERT", "UPDATE", "DELETE", "CREATE", "ALTER", "DROP"});
    }
    may_not(lookup::lookup_log_database(ledger_database), {"UPDATE", "DELETE", "ALTER", "DROP"});
    return {broader.begin(), broader.end()};
}

namespace {

// Of a database whose rows are only added. `table`: the one that is made last.
std::optional<std::vector<std::string>> missing_to_add(Connection& daemon, const std::string& database,
                                                       const std::string& table,
                                                       const std::vector<Right>& needed) {
    std::set<std::string> lacking;
    if (exists(daemon, database, table)) {
        const auto missing = find_missing(daemon, needed);
        if (!missing) return std::nullopt;
        for (const Right& right : *missing) lacking.insert(right.privilege);
        return std::vector<std::string>(lacking.begin(), lacking.end());
    }
    std::vector<std::string> to_make;
    for (const char* privilege : {"SELECT", "INSERT", "CREATE"}) {
        if (!database::has_privilege_on_database(daemon, privilege, database))
            to_make.emplace_back(privilege);
    }
    return to_make;
}

std::vector<std::string> broader_than_adding(Connection& daemon, const std::string& database,
                                             const std::string& table, const std::vector<Right>& beyond) {
    std::set<std::string> broader;
    for (const char* privilege : beyond_adding) {
        if (database::has_privilege_on_database(daemon, privilege, database)) broader.insert(privilege);
    }
    if (exists(daemon, database, table)) {
        for (const Right& right : beyond) {
            const auto missing = find_missing(daemon, {right});
            if (missing && missing->empty()) broader.insert(right.privilege);
        }
    }
    return {broader.begin(), broader.end()};
}

}  // namespace

std::optional<std::vector<std::string>> missing_on_lookup_log(Connection& daemon,
                                                              const std::string& ledger_database) {
    return missing_to_add(daemon, lookup::lookup_log_database(ledger_database), "lookup",
                          needed_lookup_log_rights(ledger_database));
}

std::vector<std::string> broader_on_lookup_log(Connection& daemon, const std::string& ledger_database) {
    return broader_than_adding(daemon, lookup::lookup_log_database(ledger_database), "lookup",
                               rights_beyond_lookup_log(ledger_database));
}

std::optional<std::vector<std::string>> missing_on_seals(Connection& daemon,
                                                         const std::string& ledger_database) {
    return missing_to_add(daemon, seal::seals_database(ledger_database), "seal",
                          needed_seal_rights(ledger_database));
}

std::vector<std::string> broader_on_seals(Connection& daemon, const std::string& ledger_database) {
    return broader_than_adding(daemon, seal::seals_database(ledger_database), "seal",
                               rights_beyond_seals(ledger_database));
}

// One statement on the whole database, whichever of the tables lack something; one for the log of look-ups,
// and one for the seals.
std::optional<std::vector<Grant>> missing_ledger_grants(Connection& daemon,
                                                        const std::string& ledger_database) {
    std::set<std::string> lacking;
    std::vector<std::string> to_be_read = table_privileges;
    if (exists(daemon, ledger_database, "erasure")) {
        std::vector<Right> needed = needed_ledger_rights(ledger_database, true, true);
        for (Right& right : needed_notification_rights(ledger_database)) needed.push_back(std::move(right));
        const auto missing = find_missing(daemon, needed);
        if (!missing) return std::nullopt;
        for (const Right& right : *missing) lacking.insert(right.privilege);
    } else {
        to_be_read.insert(to_be_read.end(), row_privileges.begin(), row_privileges.end());
    }
    for (const std::string& privilege : to_be_read) {
        if (!database::has_privilege_on_database(daemon, privilege, ledger_database)) {
            lacking.insert(privilege);
        }
    }
    const auto on_log = missing_on_lookup_log(daemon, ledger_database);
    const auto on_seals = missing_on_seals(daemon, ledger_database);
    if (!on_log || !on_seals) return std::nullopt;
    std::vector<Grant> grants;
    if (!lacking.empty())
        grants.push_back({join({lacking.begin(), lacking.end()}, ", "), ledger_database, ""});
    if (!on_log->empty()) {
        grants.push_back(
            {join({on_log->begin(), on_log->end()}, ", "), lookup::lookup_log_database(ledger_database), ""});
    }
    if (!on_seals->empty()) {
        grants.push_back(
            {join({on_seals->begin(), on_seals->end()}, ", "), seal::seals_database(ledger_database), ""});
    }
    return grants;
}

std::optional<std::vector<Grant>> missing_grants(Connection& daemon, const erasure::Rules& rules,
                                                 OptOuts opt_outs) {
    const std::string name = database::current_database(daemon);
    std::vector<Grant> grants;
    if (!database::may_read_everything(daemon, name)) grants.push_back({"SELECT", name, ""});
    const auto on_mautic =
        find_missing(daemon, needed_on_mautic(needed_now(daemon, rules), *rules.plan, opt_outs));
    const auto on_ledger = missing_ledger_grants(daemon, rules.ledger_database);
    if (!on_mautic || !on_ledger) return std::nullopt;
    add(grants, *on_mautic, name);
    for (const Grant& grant : *on_ledger) add(grants, grant);
    return grants;
}

std::string to_sql(const Grant& grant, const std::string& account, bool literally) {
    using database::quote_identifier;
    const std::string on =
        grant.table.empty() ? quote_identifier(literally ? grant.database : as_pattern(grant.database)) + ".*"
                            : quote_identifier(grant.database) + '.' + quote_identifier(grant.table);
    return "GRANT " + grant.privileges + " ON " + on + " TO " + account + ';';
}

}  // namespace gdprd::rights
