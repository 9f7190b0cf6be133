#include "http/server_fixture.h"

#include <chrono>
#include <stdexcept>

namespace gdprd::test {

using http::Exchange;

bool eventually(const std::function<bool()>& condition) {
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!condition()) {
        if (std::chrono::steady_clock::now() > end) return false;
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    return true;
}

void Gate::shut() {
    const std::lock_guard lock(mutex_);
    shut_ = true;
}

void Gate::open() {
    {
        const std::lock_guard lock(mutex_);
        shut_ = false;
    }
    opened_.notify_all();
}

void Gate::pass(std::size_t exchanges) {
    std::unique_lock lock(mutex_);
    calls_.push_back(exchanges);
    waited_at_ = shut_;
    opened_.wait(lock, [this] { return !shut_; });
    waited_at_ = false;
}

bool Gate::somebody_waits() const {
    const std::lock_guard lock(mutex_);
    return waited_at_;
}

std::vector<std::size_t> Gate::calls() const {
    const std::lock_guard lock(mutex_);
    return calls_;
}

namespace {

using Answer = std::function<void(Exchange&)>;

http::Route route(std::size_t listener, std::string method, std::string path, Answer answer) {
    http::Route made;
    made.listener = listener;
    made.method = std::move(method);
    made.path = std::move(path);
    made.handle = [answer = std::move(answer)](std::span<Exchange* const> exchanges) {
        for (Exchange* exchange : exchanges) answer(*exchange);
    };
    return made;
}

void echo(Exchange& exchange) {
    exchange.response.status = 200;
    exchange.response.content_type = exchange.request.signature;
    exchange.response.body = exchange.request.body;
}

}  // namespace

std::vector<http::Route> RunningServer::routes(std::size_t listener) {
    http::Route gated = route(listener, "POST", "/echo", {});
    gated.handle = [this](std::span<Exchange* const> exchanges) {
        gate.pass(exchanges.size());
        for (Exchange* exchange : exchanges) echo(*exchange);
    };
    const Answer fail = [](Exchange&) { throw std::runtime_error("made to fail"); };
    http::Route fail_silently = route(listener, "POST", "/fail-silently", fail);
    fail_silently.drop_on_exception = true;
    http::Route quick =
        route(listener, "GET", "/quick", [](Exchange& exchange) { exchange.response.status = 200; });
    quick.lane = 1;
    return {gated,
            fail_silently,
            quick,
            route(listener, "GET", "/left",
                  [](Exchange& exchange) {
                      const std::string& body = exchange.request.body;
                      exchange.response.status = 200;
                      exchange.response.body.assign(body.data(), body.capacity());
                  }),
            route(listener, "GET", "/split",
                  [](Exchange& exchange) {
                      exchange.response.status = 303;
                      exchange.response.fields = {{"Location", "/a\r\nSet-Cookie: b=1"}};
                  }),
            route(listener, "POST", "/fail", fail),
            route(listener, "POST", "/drop", [](Exchange& exchange) { exchange.response.drop = true; }),
            route(listener, "POST", "/store", [](Exchange& exchange) { exchange.response.status = 204; }),
            route(listener, "GET", "/hello",
                  [](Exchange& exchange) {
                      exchange.response = http::Response{200, "text/plain", "hello", false};
                  }),
            route(listener, "GET", "/large", [](Exchange& exchange) {
                exchange.response.status = 200;
                exchange.response.body.assign(large_body_bytes, 'x');
            })};
}

RunningServer::RunningServer(http::Limits limits, std::vector<http::Listener> listeners, bool wipes_memory) {
    std::vector<http::Route> all;
    for (std::size_t listener = 0; listener < listeners.size(); ++listener) {
        for (http::Route& one : routes(listener)) all.push_back(std::move(one));
    }
    http::ServerOptions options;
    options.listeners = std::move(listeners);
    options.limits = limits;
    options.more_lanes = {1};
    options.wipes_memory = wipes_memory;
    server = std::make_unique<http::Server>(std::move(options), std::move(all));
    thread_ = std::thread([this] { server->run(); });
}

RunningServer::~RunningServer() {
    gate.open();
    server->stop();
    join();
}

void RunningServer::join() {
    if (thread_.joinable()) thread_.join();
}

}  // namespace gdprd::test
