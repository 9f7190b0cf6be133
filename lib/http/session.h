// One connection from its first byte to its last. The coroutines are in session.cpp.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/ssl/context.hpp>

#include "http/body_budget.h"
#include "http/dispatcher.h"
#include "http/options.h"
#include "http/routes.h"
#include "http/task.h"

namespace gdprd::http {

struct Counters {
    std::atomic<std::uint64_t> connections_accepted{0};
    std::atomic<std::uint64_t> connections_refused{0};
    std::atomic<std::uint64_t> connections_open{0};
    std::atomic<std::uint64_t> requests{0};
    std::atomic<std::uint64_t> requests_timed_out{0};
    std::atomic<std::uint64_t> requests_too_large{0};
    std::atomic<std::uint64_t> requests_malformed{0};
};

// What the connections of a server share. Outlives all of them; socket thread only, but for the counters.
struct ServerState {
    const Limits& limits;
    const std::vector<std::string>& kept_fields;
    const bool wipes_memory;
    const RouteTable& routes;
    Dispatcher& dispatcher;
    BodyBudget& bodies;
    Counters& counters;
    bool draining = false;  // answer what is in hand, then close
};

// What a connection is doing; decides which deadline holds and what stop() does to it.
enum class Phase {
    opening,   // TLS handshake, or no byte of the first request yet
    idle,      // between two requests
    header,    // a request has begun
    body,      // its body is awaited, or the memory for it
    handler,   // with the handler; no deadline but the drain's
    answer,    // being written
    lingering  // answered and done; waiting for the client to notice
};

class Session : public Pending {
  public:
    using Clock = std::chrono::steady_clock;

    // Serves until the connection is over. Does not throw.
    virtual Task<void> serve() = 0;
    // Ends the connection at once, whatever it is doing; serve() then returns soon. Harmless when repeated.
    virtual void close() = 0;
    // The same, and what the client has not read yet is thrown away.
    virtual void abort() = 0;

    // Closes the connection when its time is up.
    void enforce_deadline(Clock::time_point now);
    // Closes the connection when no request is in hand.
    void close_if_idle();

  protected:
    Session(ServerState& server_state, std::size_t listener, std::string remote);

    void enter(Phase phase, std::chrono::milliseconds time_allowed);
    void enter_without_deadline(Phase phase);

    ServerState& server_state_;
    const std::size_t listener_;
    const std::string remote_;
    Phase phase_ = Phase::opening;

  private:
    Clock::time_point deadline_;
};

std::unique_ptr<Session> make_plain_session(Socket socket, ServerState& server_state, std::size_t listener);
std::unique_ptr<Session> make_tls_session(Socket socket, asio::ssl::context& context,
                                          ServerState& server_state, std::size_t listener);

}  // namespace gdprd::http
