// Erasures that were recorded with another hash key than the configuration's: a key file that was lost, or
// replaced by mistake, shows nowhere else before an officer looks somebody up.
#pragma once

#include <string>
#include <vector>

#include "config/config.h"
#include "database/connection.h"

namespace gdprd::daemon {

// A sentence for each such key; with what to do. The ledger's tables must be there. Throws DatabaseError.
std::vector<std::string> missing_key_warnings(database::Connection& connection, const config::Config& config);

}  // namespace gdprd::daemon
