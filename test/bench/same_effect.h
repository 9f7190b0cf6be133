// Do the engine and the SQL written by hand leave the same behind? Otherwise their rates say nothing.
#pragma once

#include "support/private_server.h"

namespace gdprd::bench {

// Makes two equal databases, erases most contacts of both, one by the engine and one by hand, and compares
// every value of every table, and the ledgers. Throws Error with the first difference.
void check_same_effect(test::PrivateServer& server);

}  // namespace gdprd::bench
