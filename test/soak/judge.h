// Everything that was promised and can be seen from outside, when all is over.
#pragma once

#include "soak/disturbances.h"
#include "soak/world.h"

namespace gdprd::soak {

// Waits until nothing is left to do; then has the sweep find who was never told of, and waits again.
void settle(World& world);
void judge(World& world, const Disturbances& disturbances);

}  // namespace gdprd::soak
