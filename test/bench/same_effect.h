// Do the engine and its baselines leave the same behind? Otherwise their rates say nothing.
#pragma once

#include "support/private_server.h"

namespace gdprd::bench {

// Makes equal databases, erases most contacts of each, of one by the engine, of one by SQL by hand and of one
// by the plugin's loop, and compares every value of every table, and the ledgers. Throws Error with the first
// difference.
void check_same_effect(test::PrivateServer& server);

}  // namespace gdprd::bench
