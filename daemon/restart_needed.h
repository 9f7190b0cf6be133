// Which options take effect with a reload, and which wait for a restart. Pure.
#pragma once

#include <string>

#include "config/config.h"

namespace gdprd::daemon {

// What a reload puts into force: `after` in what can change while the daemon runs, `running` in all the rest.
config::Config live_part(const config::Config& running, const config::Config& after);

// The sections in which `after` differs from `running` in what needs a restart, "[database], [worker]"; ""
// for none.
std::string restart_needed(const config::Config& running, const config::Config& after);

}  // namespace gdprd::daemon
