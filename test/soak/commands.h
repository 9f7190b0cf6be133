// What an operator types beside the running daemon.
#pragma once

#include "soak/world.h"

namespace gdprd::soak {

// One of erase, reapply, ledger verify. The database must be there.
void run_a_command(World& world);
// It erases whom no webhook told of.
void sweep(World& world);

}  // namespace gdprd::soak
