// What an audit reads, and by which keys it recognises people: for the command and for the background task.
#pragma once

#include "audit/pass.h"
#include "config/config.h"
#include "database/connection.h"

namespace gdprd::daemon {

// [database], or the replica of [audit] database_host.
database::ConnectionOptions audited_database(const config::Config& config);

// Today's key, and all tables.
audit::PassOptions audit_pass_options(const config::Config& config);

}  // namespace gdprd::daemon
