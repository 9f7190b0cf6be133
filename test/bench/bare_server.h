// What the daemon's rate is compared with: a Boost.Beast server that reads a request with its body and
// answers 204, and does nothing else. One thread, keep-alive, no timeouts, no limits but the size of a body.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

namespace gdprd::bench {

class BareServer {
  public:
    // Listens on 127.0.0.1, any free port, and serves on a thread of its own.
    BareServer();
    // Closes everything and joins the thread.
    ~BareServer();
    BareServer(const BareServer&) = delete;
    BareServer& operator=(const BareServer&) = delete;

    std::uint16_t port() const;
    // User and system time its thread has taken so far.
    double processor_seconds();

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
    std::thread thread_;
};

}  // namespace gdprd::bench
