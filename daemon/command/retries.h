// A command's user waits: failed contacts are tried again soon, and not for hours.
#pragma once

#include "base/clock.h"

namespace gdprd::command {

inline constexpr int attempts_max = 5;
inline constexpr Milliseconds backoff_first{100};
inline constexpr Milliseconds backoff_max{2'000};

}  // namespace gdprd::command
