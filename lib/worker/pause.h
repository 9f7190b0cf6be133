// A pause that a stop request ends.
#pragma once

#include <stop_token>

#include "base/clock.h"

namespace gdprd::worker {

void pause(const std::stop_token& stop, Milliseconds duration);

}  // namespace gdprd::worker
