// What `check` finds out about [hold] and about Mautic's files.
#pragma once

#include "config/config.h"
#include "daemon/command/check/report.h"
#include "database/connection.h"
#include "mautic/schema.h"

namespace gdprd::command {

// A hold that is misspelt holds nobody: a tag, segment or field that is not there is warned about.
void check_holds(database::Connection& connection, const config::Config& config, const mautic::Schema& schema,
                 CheckReport& report);

void check_files(const config::Config& config, CheckReport& report);

}  // namespace gdprd::command
