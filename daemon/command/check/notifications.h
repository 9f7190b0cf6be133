// Who is told of erasures, and what has not been delivered.
#pragma once

#include "config/config.h"
#include "daemon/command/check/report.h"
#include "database/connection.h"

namespace gdprd::command {

// `format`: the ledger's; an older one than today's has no outbox yet.
void check_notifications(database::Connection& connection, const config::Config& config, int format,
                         CheckReport& report);

}  // namespace gdprd::command
