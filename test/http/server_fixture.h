// A server on loopback with a few routes, running for the length of a test.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "http/server.h"

namespace gdprd::test {

// Waits until `condition` holds; false when it does not within 20 seconds.
bool eventually(const std::function<bool()>& condition);

// Holds the handler thread back while it is shut, and remembers how many exchanges each call got.
class Gate {
  public:
    void shut();
    void open();
    // Called by a handler.
    void pass(std::size_t exchanges);

    bool somebody_waits() const;
    std::vector<std::size_t> calls() const;

  private:
    mutable std::mutex mutex_;
    std::condition_variable opened_;
    bool shut_ = false;
    bool waited_at_ = false;
    std::vector<std::size_t> calls_;
};

// Routes on every listener:
//   POST /echo   200 with the body, the signature as content type when there is one; passes the gate first
//   GET  /hello  200 "hello"
//   GET  /split  with a line's end in a field
//   GET  /left   what lies in the memory of the body before
//   GET  /quick  200, on a lane of its own
//   POST /store  204
//   POST /drop   closes without an answer
//   POST /fail   throws               POST /fail-silently  throws, and drops
//   GET  /large  200 with large_body_bytes
class RunningServer {
  public:
    explicit RunningServer(http::Limits limits = {}, std::vector<http::Listener> listeners = {{}},
                           bool wipes_memory = false);
    ~RunningServer();  // stops it
    RunningServer(const RunningServer&) = delete;
    RunningServer& operator=(const RunningServer&) = delete;

    static constexpr std::size_t large_body_bytes = 32 * 1024 * 1024;

    std::uint16_t port(std::size_t listener = 0) const { return server->port(listener); }
    http::ServerStatistics statistics() const { return server->statistics(); }
    // Waits for run() to return.
    void join();

    Gate gate;
    std::unique_ptr<http::Server> server;

  private:
    std::vector<http::Route> routes(std::size_t listener);

    std::thread thread_;
};

}  // namespace gdprd::test
