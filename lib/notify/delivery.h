// One signed message, posted.
#pragma once

#include <stop_token>
#include <string>

#include "http/client.h"
#include "notify/options.h"

namespace gdprd::notify {

http::ClientRequest signed_request(const std::string& id, const std::string& body, const Receiver& receiver);

// How long a connection may take, and then the answer; `stop` ends both.
http::ClientOptions client_options(const NotifyOptions& options, std::stop_token stop);

}  // namespace gdprd::notify
