#include "http/session.h"

#include "http/connection.h"
#include "http/endpoint.h"

namespace gdprd::http {
namespace {

std::string remote_of(const Socket& socket) {
    ErrorCode error;
    const auto endpoint = socket.remote_endpoint(error);
    if (error) return {};
    const auto address = to_tcp(endpoint);
    return address ? address->address().to_string() : "unix socket";
}

}  // namespace

Session::Session(ServerState& server_state, std::size_t listener, std::string remote)
    : server_state_(server_state), listener_(listener), remote_(std::move(remote)) {}

void Session::enter(Phase phase, std::chrono::milliseconds time_allowed) {
    phase_ = phase;
    deadline_ = Clock::now() + time_allowed;
}

void Session::enter_without_deadline(Phase phase) {
    phase_ = phase;
    deadline_ = Clock::time_point::max();
}

void Session::enforce_deadline(Clock::time_point now) {
    if (now < deadline_) return;
    deadline_ = Clock::time_point::max();
    const bool in_request = phase_ == Phase::header || phase_ == Phase::body || phase_ == Phase::answer;
    if (in_request) ++server_state_.counters.requests_timed_out;
    if (phase_ == Phase::answer) {
        abort();  // or the kernel would keep the answer for a client that does not read
    } else {
        close();
    }
}

void Session::close_if_idle() {
    if (phase_ == Phase::opening || phase_ == Phase::idle) close();
}

std::unique_ptr<Session> make_plain_session(Socket socket, ServerState& server_state, std::size_t listener) {
    std::string remote = remote_of(socket);
    return std::make_unique<Connection<Socket>>(server_state, listener, std::move(remote), std::move(socket));
}

std::unique_ptr<Session> make_tls_session(Socket socket, asio::ssl::context& context,
                                          ServerState& server_state, std::size_t listener) {
    std::string remote = remote_of(socket);
    return std::make_unique<Connection<TlsStream>>(server_state, listener, std::move(remote),
                                                   std::move(socket), context);
}

}  // namespace gdprd::http
