#include "daemon/command/check/grants.h"

#include <optional>
#include <string>
#include <vector>

#include "base/text.h"
#include "daemon/command/common.h"
#include "database/account.h"
#include "database/privileges.h"
#include "lookup/log.h"
#include "rights/grants.h"
#include "rights/remedy.h"
#include "rights/rights.h"
#include "seal/store.h"

namespace gdprd::command {

namespace {

using database::Connection;

// False when something is missing, or nothing could be tried.
bool report_missing(Connection& connection, const std::vector<rights::Right>& needed, const char* consequence,
                    CheckReport& report) {
    const auto missing = rights::find_missing_rights(connection, needed);
    if (!missing) {
        report.warning("grants",
                       "not all could be tried: tables are locked just now, or the server lets nobody change "
                       "anything",
                       "Run `mautic-gdprd check` again when that is over");
        return false;
    }
    for (const auto& right : *missing) {
        report.problem("grants",
                       "table " + right.real_table + ": " + right.privilege + " is not granted" +
                           (right.stops_all ? ": nobody is erased" : consequence),
                       rights::remedy);
    }
    return missing->empty();
}

// Privileges, and what comes of it.
struct Judged {
    std::optional<std::vector<std::string>> privileges;  // nothing: it cannot be told
    std::string consequence;
};

// Of a database whose rows are only added.
void report_added_only(const std::string& database, const Judged& missing, const Judged& broader,
                       CheckReport& report) {
    if (missing.privileges && !missing.privileges->empty()) {
        report.problem("grants",
                       "database " + database + ": " + join(*missing.privileges, ", ") +
                           " not granted: " + missing.consequence,
                       rights::remedy);
    }
    if (broader.privileges && !broader.privileges->empty()) {
        report.warning("grants",
                       "database " + database + ": the account has " + join(*broader.privileges, ", ") +
                           ", " + broader.consequence,
                       "Take it away: only SELECT, INSERT and CREATE are needed there");
    }
}

}  // namespace

void check_grants(Connection& connection, const erasure::Rules& rules, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    const std::string name = database::current_database(connection);
    const auto needed = rights::needed_now(connection, rules);
    const bool has_all =
        report_missing(connection, needed, ": what it holds of erased contacts waits", report);
    if (!database::may_read_everything(connection, name)) {
        report.warning("grants",
                       "SELECT on the whole database is not granted; what the user cannot see cannot be "
                       "reported as unknown",
                       rights::remedy);
    }
    if (has_all) {
        report.ok("grants", "all that an erasure needs: " + counted(needed.size(), "right") + " tried");
    }
}

void check_suppression_grant(Connection& connection, const plan::Plan& plan, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    report_missing(connection, {rights::right_to_opt_out(plan)}, "", report);
}

void check_ledger_grants(Connection& connection, const std::string& ledger, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    report_missing(connection, rights::needed_ledger_rights(ledger, true), ": background looks fail", report);
}

void check_notification_grants(Connection& connection, const std::string& ledger, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    report_missing(connection, rights::needed_ledger_rights(ledger, false, true), ": nobody can be erased",
                   report);
    report_missing(connection, rights::needed_notification_rights(ledger), ": notifications are not sent",
                   report);
}

void check_lookup_log_grants(Connection& connection, const std::string& ledger, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    report_added_only(
        lookup::lookup_log_database(ledger),
        {rights::missing_on_lookup_log(connection, ledger), "look-ups are not logged, and not answered"},
        {rights::broader_on_lookup_log(connection, ledger),
         "more than the log of look-ups needs: what it says could be changed, removed or stopped"},
        report);
}

void check_seal_grants(Connection& connection, const std::string& ledger, CheckReport& report) {
    const database::Transaction rolled_back(connection);
    report_added_only(seal::seals_database(ledger),
                      {rights::missing_on_seals(connection, ledger), "the ledger is not sealed"},
                      {rights::broader_on_seals(connection, ledger),
                       "more than sealing needs: seals could be changed or removed"},
                      report);
}

bool may_create(Connection& connection, const std::string& ledger) {
    return database::has_privilege_on_database(connection, "CREATE", ledger);
}

}  // namespace gdprd::command
