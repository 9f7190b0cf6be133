// What is about the tables themselves and keeps an erasure from being what it says: engines without
// transactions, triggers, unique indexes, and opt-outs that no trigger of the configuration covers.
#pragma once

#include <string>

#include "config/config.h"
#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "mautic/schema.h"
#include "plan/plan.h"

namespace gdprd::command {

// Reads the whole do-not-contact list once. Throws DatabaseError.
void check_tables(database::Connection& connection, const config::Config& config,
                  const mautic::Schema& schema, const plan::Plan& plan, CheckReport& report);

// The engines of the ledger's own tables. Throws DatabaseError.
void check_ledger_tables(database::Connection& connection, const std::string& ledger, CheckReport& report);

}  // namespace gdprd::command
