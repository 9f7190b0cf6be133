// The TLS side of a listener.
#pragma once

#include <boost/asio/ssl/context.hpp>

#include "http/options.h"

namespace gdprd::http {

// TLS 1.2 or newer with the listener's certificate and key. Throws ConfigurationError naming the file.
boost::asio::ssl::context make_tls_context(const Listener& listener);

}  // namespace gdprd::http
