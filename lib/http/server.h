// The HTTP server: sockets, TLS, limits, drain. The only room with Boost.Beast, and the only one with
// coroutines.
//
// One thread (run()) does all socket work; a handler thread calls the routes' handlers with *all* requests
// that wait for that route at that moment, so that a handler can commit once for many. A handler may block;
// with several handler threads (ServerOptions) it is called by several at once.
// Requests of one connection are answered in order; a connection has one request in hand at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/options.h"

namespace gdprd::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
    std::string method;
    std::string target;  // as it was sent, with its query
    std::string body;
    std::string signature;  // the header "Webhook-Signature"; "" when absent (or sent twice)
    std::string remote;     // the peer's address without its port, or "unix socket"; for logs
    Fields fields;          // those that ServerOptions::kept_fields names, in lower case, as they came

    // The one field of that name; nothing when there is none, or more than one.
    std::optional<std::string_view> field(std::string_view name) const;
};

struct Response {
    int status = 500;
    std::string content_type;  // "" with an empty body
    std::string body;
    bool drop = false;  // close the connection without a byte of answer
    Fields fields{};    // besides Content-Type, Content-Length and what belongs to the connection
};

struct Exchange {
    Request request;
    Response response;  // what the handler fills in
};

// One path on one listener. Another path is 404, another method 405 with Allow (GET implies HEAD).
struct Route {
    std::size_t listener = 0;  // index into ServerOptions::listeners
    std::string method;        // "GET" or "POST"
    std::string path;          // compared with the target without its query
    bool and_below = false;    // every path that begins with `path` too, where no other route is for it
    // Called on the handler thread with at least one exchange. An exception is logged by its type and answers
    // 500 to all of them, or drops them when `drop_on_exception` is set (promise 2).
    std::function<void(std::span<Exchange* const>)> handle;
    bool drop_on_exception = false;
    // Which handler threads call it: those of lane 0, or of ServerOptions::more_lanes.
    std::size_t lane = 0;
};

// Counters since the start, for metrics; any thread.
struct ServerStatistics {
    std::uint64_t connections_accepted = 0;
    std::uint64_t connections_refused = 0;  // over connections_max
    std::uint64_t connections_open = 0;
    std::uint64_t requests = 0;
    std::uint64_t requests_timed_out = 0;
    std::uint64_t requests_too_large = 0;  // 413 and 431
    std::uint64_t requests_malformed = 0;  // not HTTP
};

class Server {
  public:
    // Binds and listens; throws ConfigurationError naming address, port and reason, or the certificate or key
    // file that cannot be used, and Error for what passes by itself ("Address already in use").
    Server(ServerOptions options, std::vector<Route> routes);
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    // Serves until stop() has been called and the last request in flight is answered, at most drain_timeout
    // later. Call once.
    void run();
    // Any thread, and a signal handler thread: stops accepting, closes idle connections, lets the rest
    // finish.
    void stop();

    // The port actually bound (useful with port 0); 0 of a Unix socket.
    std::uint16_t port(std::size_t listener = 0) const;
    ServerStatistics statistics() const;

    // Runs `tick` on the socket thread every `period` until stop(): proof that the loop turns (watchdog).
    void every(std::chrono::milliseconds period, std::function<void()> tick);

  private:
    class Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::http
