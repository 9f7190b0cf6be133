#include "rights/rights.h"

#include <algorithm>
#include <set>
#include <utility>

#include "database/account.h"
#include "database/short_lock_waits.h"
#include "rights/grants.h"
#include "rights/tables.h"

namespace gdprd::rights {

using erasure::Rules;
using plan::MissingRight;
using plan::Plan;

namespace {

using database::Connection;

// As an operator is told of it.
std::string full_name(const Right& right) {
    return right.database.empty() ? right.real_table : right.database + '.' + right.real_table;
}

// The row that stands for "some address" is added once; when it is there no right is needed. When it cannot
// be read, that is another right's trial to say.
bool has_anonymous_row(Connection& connection, const Plan& plan) try {
    return connection
        .select("SELECT id FROM " + database::quote_identifier(addresses_of(plan)) +
                    " WHERE ip_address = '*.*.*.*' LIMIT 1",
                {}, "grants: read")
        .next();
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::connection) throw;
    return false;
}

// On one table a name is never a pattern.
std::string grant_for(Connection& connection, const Right& right) {
    const std::string database =
        right.database.empty() ? database::current_database(connection) : right.database;
    return to_sql({right.privilege, database, right.real_table}, database::quoted_account(connection), true);
}

enum class Trial { granted, refused, locked };

Trial try_right(Connection& connection, const Right& right) {
    try {
        if (right.reads) {
            connection.select(right.trial, {}, "grants: try");
        } else {
            connection.change(right.trial, {}, "grants: try");
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        if (error.error_class() == database::ErrorClass::conflict) return Trial::locked;
        // Rights are looked at first: whatever else is wrong with the statement, it was allowed.
        return error.error_class() == database::ErrorClass::privilege ? Trial::refused : Trial::granted;
    }
    return Trial::granted;
}

// Somebody may hold all tables (a dump with --lock-tables), and each costs a second to find out.
constexpr std::size_t locked_tables_max = 3;

}  // namespace

std::vector<Right> needed_now(Connection& connection, const Rules& rules) {
    const database::ShortLockWaits short_waits(connection);
    std::vector<Right> needed = needed_rights(rules);
    const auto adds_row = [&](const Right& right) { return is_for_anonymous_row(right, *rules.plan); };
    if (std::any_of(needed.begin(), needed.end(), adds_row) && has_anonymous_row(connection, *rules.plan)) {
        std::erase_if(needed, adds_row);
    }
    return needed;
}

std::optional<std::vector<Right>> find_missing(Connection& connection, const std::vector<Right>& needed) {
    std::vector<Right> missing;
    std::set<std::pair<std::string, std::string>> locked;
    try {
        const database::ShortLockWaits short_waits(connection);
        for (const Right& right : needed) {
            const bool known = std::any_of(missing.begin(), missing.end(), [&](const Right& one) {
                // Where it cannot be read, the other trials would say the same again.
                return one.database == right.database && one.real_table == right.real_table &&
                       (one.privilege == right.privilege || right.reads);
            });
            const std::pair table(right.database, right.real_table);
            if (known || locked.contains(table)) continue;
            const Trial trial = try_right(connection, right);
            if (trial == Trial::refused) missing.push_back(right);
            if (trial == Trial::locked) locked.insert(table);
            if (locked.size() == locked_tables_max) return std::nullopt;
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) return std::nullopt;
        throw;
    }
    if (missing.empty() && !locked.empty()) return std::nullopt;
    return missing;
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection,
                                                             const std::vector<Right>& needed) {
    const auto missing = find_missing(connection, needed);
    if (!missing) return std::nullopt;
    std::vector<MissingRight> told;
    for (const Right& right : *missing) {
        told.push_back({full_name(right), right.privilege, right.stops_all, grant_for(connection, right)});
    }
    return told;
}

std::optional<std::vector<MissingRight>> find_missing_rights(Connection& connection, const Rules& rules) try {
    std::vector<Right> needed = needed_now(connection, rules);
    for (Right& right : needed_ledger_rights(rules.ledger_database, false, !rules.notified.empty())) {
        needed.push_back(std::move(right));
    }
    return find_missing_rights(connection, needed);
} catch (const database::DatabaseError& error) {
    if (error.error_class() == database::ErrorClass::connection) return std::nullopt;
    throw;
}

std::shared_ptr<const Rules> within_rights(Connection& connection,
                                           const std::shared_ptr<const Rules>& rules) {
    const auto missing = find_missing_rights(connection, *rules);
    if (!missing || missing->empty()) return rules;
    auto reduced = std::make_shared<Rules>(*rules);
    reduced->plan = std::make_shared<const Plan>(without_rights(*rules->plan, *missing));
    return reduced;
}

}  // namespace gdprd::rights
