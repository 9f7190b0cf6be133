// What the daemon says is wrong, in the reader's language, and what to ask the administrator for. Pure;
// inside the room only.
#pragma once

#include "desk/daemon_status.h"
#include "desk/page.h"

namespace gdprd::pages {

// Notices, the worst first; that all is well where there is nothing else to say.
desk::Html state_of(const desk::DaemonStatus& status, const desk::Visit& visit, Timestamp at);
// What it has to do, and when it last looked.
desk::Html work_of(const desk::DaemonStatus& status, const desk::Visit& visit);

}  // namespace gdprd::pages
