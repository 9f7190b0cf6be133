// How long to wait before trying again. Pure: the caller brings the randomness.
#pragma once

#include "base/clock.h"

namespace gdprd {

// The pause after the `attempts`-th failed attempt (1: the first failure). The whole pause is `first`,
// doubled for every further failure, never more than `max`; the answer lies between its half and its whole,
// where `random_fraction` in [0, 1) says, so that jobs that failed together do not come back together. Any
// number of attempts is fine; less than 1 counts as 1. Never negative.
Milliseconds backoff(int attempts, Milliseconds first, Milliseconds max, double random_fraction);

}  // namespace gdprd
