// What `check` finds out about Mautic's webhooks to this daemon: the same that the daemon watches.
#pragma once

#include "config/config.h"
#include "daemon/command/check/report.h"
#include "database/connection.h"

namespace gdprd::command {

// Warnings, no problems: the sweep finds what a webhook does not tell. Throws DatabaseError when the
// connection is lost.
void check_webhook(database::Connection& connection, const config::Config& config, CheckReport& report);

}  // namespace gdprd::command
