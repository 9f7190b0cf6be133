#include "notify/delivery.h"

#include <algorithm>
#include <utility>

#include "notify/signature.h"

namespace gdprd::notify {

http::ClientRequest signed_request(const std::string& id, const std::string& body, const Receiver& receiver) {
    http::ClientRequest request;
    request.method = "POST";
    request.fields = signed_fields(id, now(), body, receiver.keys);
    request.fields.emplace_back("Content-Type", "application/json");
    request.body = body;
    return request;
}

http::ClientOptions client_options(const NotifyOptions& options, std::stop_token stop) {
    http::ClientOptions client;
    client.connect_timeout = std::min(client.connect_timeout, options.timeout);
    client.timeout = options.timeout;
    client.status_is_enough = true;
    client.stop = std::move(stop);
    return client;
}

}  // namespace gdprd::notify
