// May the database user do what an erasure does? Tried, not read from SHOW GRANTS: wildcards and roles make
// that a guess. Every statement has a condition that no row meets, so nothing changes.
#pragma once

#include <string>

#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::command {

// Throw DatabaseError for everything but a missing grant.
void check_grants(database::Connection& connection, const erasure::Rules& rules, CheckReport& report);
// What [suppression] mode = "do-not-contact" needs besides.
void check_suppression_grant(database::Connection& connection, const plan::Plan& plan, CheckReport& report);
// The ledger's tables exist.
void check_ledger_grants(database::Connection& connection, const std::string& ledger, CheckReport& report);
// What sending notifications of erasures needs besides.
void check_notification_grants(database::Connection& connection, const std::string& ledger,
                               CheckReport& report);
// Of the log of look-ups and of the seals: what is missing, and what is too much.
void check_lookup_log_grants(database::Connection& connection, const std::string& ledger,
                             CheckReport& report);
void check_seal_grants(database::Connection& connection, const std::string& ledger, CheckReport& report);

// Might the user create this database? From SHOW GRANTS.
bool may_create(database::Connection& connection, const std::string& ledger);

}  // namespace gdprd::command
