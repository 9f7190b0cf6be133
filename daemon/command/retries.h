// A command's user waits: failed contacts are tried again soon, and not for hours.
#pragma once

#include "worker/session.h"

namespace gdprd::command {

inline constexpr worker::Retries retries{5, Milliseconds{100}, Milliseconds{2'000}};

}  // namespace gdprd::command
