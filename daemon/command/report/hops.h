// The hops that a request came by on its way to another system: name, connection, TLS. One line each.
#pragma once

#include <string>

#include "daemon/command/check/report.h"
#include "http/client.h"

namespace gdprd::command {

void tell_connection(const Url& url, const std::string& address, CheckReport& report);
void tell_certificate(CheckReport& report);
// Those that it came by before it failed. What failed, and what to do, is for the caller to say.
void tell_hops_before(const Url& url, const http::ClientError& error, CheckReport& report);

}  // namespace gdprd::command
