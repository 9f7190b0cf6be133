// Whether a listener could be opened, found out without opening it: for `check`, beside a daemon that
// listens.
#pragma once

#include "http/options.h"

namespace gdprd::http {

// Loads certificate and key, and looks at the place of a Unix socket. Throws ConfigurationError as Server
// does. Whether a port is free is not looked at.
void require_usable(const Listener& listener);

}  // namespace gdprd::http
