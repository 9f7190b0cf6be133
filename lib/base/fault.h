// Points at which a test makes the daemon die, to prove that dying there is harmless.
//
// Compiled in only with -DGDPRD_FAULT_POINTS=ON (presets dev, asan, tsan); a release has no such code.
// MAUTIC_GDPRD_FAULT=name[:n] kills the process, without any clean-up, the n-th time (default: the first) it
// passes the point of that name.
#pragma once

#include <string_view>

namespace gdprd::fault {

#ifdef GDPRD_FAULT_POINTS
void point(std::string_view name);
#else
inline void point(std::string_view) {}
#endif

}  // namespace gdprd::fault
