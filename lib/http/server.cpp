#include "http/server.h"

#include <algorithm>
#include <list>
#include <unordered_map>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>

#include "base/error.h"
#include "base/log.h"
#include "http/acceptor.h"
#include "http/body_budget.h"
#include "http/dispatcher.h"
#include "http/routes.h"
#include "http/session.h"
#include "http/ticker.h"
#include "http/tls.h"

namespace gdprd::http {
namespace {

using std::chrono::milliseconds;

// Deadlines are enforced by a sweep: late by an eighth of the shortest of them at most.
milliseconds sweep_period(const Limits& limits) {
    const auto shortest = std::min({limits.header_timeout, limits.body_timeout, limits.idle_timeout,
                                    limits.write_timeout, limits.drain_timeout});
    return std::clamp(shortest / 8, milliseconds(5), milliseconds(500));
}

std::vector<std::size_t> threads_of(const ServerOptions& options) {
    std::vector<std::size_t> threads{options.handler_threads};
    threads.insert(threads.end(), options.more_lanes.begin(), options.more_lanes.end());
    return threads;
}

}  // namespace

class Server::Implementation {
  public:
    Implementation(ServerOptions options, std::vector<Route> routes);
    ~Implementation();

    void run();
    void stop();
    void every(milliseconds period, std::function<void()> tick);
    std::uint16_t port(std::size_t listener) const { return entrances_.at(listener)->acceptor.port(); }
    ServerStatistics statistics() const;

  private:
    struct Entrance {
        Entrance(asio::io_context& io, const Listener& listener);
        std::optional<asio::ssl::context> tls;
        Acceptor acceptor;
    };

    void open(std::size_t listener, Socket socket);
    void remove(Session* session);
    void sweep();
    void begin_drain();
    void finish_when_empty();

    // Constant after construction.
    const ServerOptions options_;
    const std::vector<Route> routes_;
    const RouteTable table_;

    Counters counters_;
    BodyBudget bodies_;
    asio::io_context io_{1};
    Dispatcher dispatcher_;
    ServerState server_state_;
    std::vector<std::unique_ptr<Entrance>> entrances_;

    // Socket thread only.
    std::unordered_map<Session*, std::unique_ptr<Session>> sessions_;
    Ticker sweeper_;
    std::list<Ticker> tickers_;
    Session::Clock::time_point drain_deadline_;
};

Server::Implementation::Entrance::Entrance(asio::io_context& io, const Listener& listener)
    : acceptor(io, listener) {
    if (listener.certificate_file.empty() != listener.key_file.empty()) {
        throw ConfigurationError("listener " + listener.address + " port " + std::to_string(listener.port) +
                                 ": certificate_file and key_file must be set together");
    }
    if (!listener.certificate_file.empty()) tls.emplace(make_tls_context(listener));
}

Server::Implementation::Implementation(ServerOptions options, std::vector<Route> routes)
    : options_(std::move(options)),
      routes_(std::move(routes)),
      table_(routes_, options_.listeners.size()),
      bodies_(options_.limits.bodies_bytes_max),
      dispatcher_(io_, routes_, {options_.limits.requests_per_commit_max, threads_of(options_)},
                  counters_.requests),
      server_state_{options_.limits, options_.kept_fields, options_.wipes_memory,
                    table_,          dispatcher_,          bodies_,
                    counters_},
      sweeper_(io_, sweep_period(options_.limits), [this] { sweep(); }) {
    for (const Listener& listener : options_.listeners) {
        entrances_.push_back(std::make_unique<Entrance>(io_, listener));
    }
}

// Only a run() that ended by an exception leaves anything to do here.
Server::Implementation::~Implementation() { dispatcher_.stop(); }

void Server::Implementation::run() {
    dispatcher_.start();
    sweeper_.start();
    for (std::size_t index = 0; index < entrances_.size(); ++index) {
        entrances_[index]->acceptor.start([this, index](Socket socket) { open(index, std::move(socket)); });
    }
    io_.run();
    dispatcher_.stop();
}

void Server::Implementation::open(std::size_t listener, Socket socket) {
    ++counters_.connections_accepted;
    if (sessions_.size() >= options_.limits.connections_max) {
        ++counters_.connections_refused;
        return;  // closes it
    }
    auto& tls = entrances_[listener]->tls;
    auto session = tls ? make_tls_session(std::move(socket), *tls, server_state_, listener)
                       : make_plain_session(std::move(socket), server_state_, listener);
    Session* const key = session.get();
    sessions_.emplace(key, std::move(session));
    ++counters_.connections_open;
    asio::co_spawn(io_.get_executor(), key->serve(), [this, key](const std::exception_ptr&) {
        // Later: whoever woke the session up may still be looking at it.
        asio::post(io_, [this, key] { remove(key); });
    });
}

void Server::Implementation::remove(Session* session) {
    sessions_.erase(session);
    --counters_.connections_open;
    finish_when_empty();
}

void Server::Implementation::sweep() {
    const auto now = Session::Clock::now();
    const bool out_of_time = server_state_.draining && now >= drain_deadline_;
    for (const auto& [key, session] : sessions_) {
        if (out_of_time) {
            session->close();
        } else {
            session->enforce_deadline(now);
        }
    }
}

void Server::Implementation::stop() {
    asio::post(io_, [this] { begin_drain(); });
}

void Server::Implementation::begin_drain() {
    if (server_state_.draining) return;
    server_state_.draining = true;
    drain_deadline_ = Session::Clock::now() + options_.limits.drain_timeout;
    for (const auto& entrance : entrances_) entrance->acceptor.close();
    for (Ticker& ticker : tickers_) ticker.stop();
    for (const auto& [key, session] : sessions_) session->close_if_idle();
    finish_when_empty();
}

// The sweep is what keeps the loop turning; without it run() returns.
void Server::Implementation::finish_when_empty() {
    if (server_state_.draining && sessions_.empty()) sweeper_.stop();
}

void Server::Implementation::every(milliseconds period, std::function<void()> tick) {
    asio::post(io_, [this, period, tick = std::move(tick)]() mutable {
        if (server_state_.draining) return;
        tickers_.emplace_back(io_, period, std::move(tick)).start();
    });
}

ServerStatistics Server::Implementation::statistics() const {
    ServerStatistics statistics;
    statistics.connections_accepted = counters_.connections_accepted;
    statistics.connections_refused = counters_.connections_refused;
    statistics.connections_open = counters_.connections_open;
    statistics.requests = counters_.requests;
    statistics.requests_timed_out = counters_.requests_timed_out;
    statistics.requests_too_large = counters_.requests_too_large;
    statistics.requests_malformed = counters_.requests_malformed;
    return statistics;
}

std::optional<std::string_view> Request::field(std::string_view name) const {
    const auto is_it = [&](const auto& field) { return field.first == name; };
    const auto found = std::find_if(fields.begin(), fields.end(), is_it);
    if (found == fields.end() || std::any_of(found + 1, fields.end(), is_it)) return std::nullopt;
    return found->second;
}

Server::Server(ServerOptions options, std::vector<Route> routes)
    : implementation_(std::make_unique<Implementation>(std::move(options), std::move(routes))) {}
Server::~Server() = default;

void Server::run() { implementation_->run(); }
void Server::stop() { implementation_->stop(); }
std::uint16_t Server::port(std::size_t listener) const { return implementation_->port(listener); }
ServerStatistics Server::statistics() const { return implementation_->statistics(); }
void Server::every(std::chrono::milliseconds period, std::function<void()> tick) {
    implementation_->every(period, std::move(tick));
}

}  // namespace gdprd::http
