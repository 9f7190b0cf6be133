// What an operator types beside the running daemon.
#pragma once

#include "soak/world.h"

namespace gdprd::soak {

// One of erase, reapply, sweep, ledger verify. The database must be there.
void run_a_command(World& world);

}  // namespace gdprd::soak
