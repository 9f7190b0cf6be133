// What the daemon's rate is compared with: a Boost.Beast server that reads a request with its body and
// answers 204, and does nothing else. One thread, keep-alive, no timeouts, no limits but the size of a body.
#pragma once

#include <cstdint>
#include <memory>
#include <thread>

namespace gdprd::bench {

// How the bare server reads. Beast's own flat_buffer begins with reads of 512 bytes and doubles; a buffer
// reserved beforehand takes a whole request of 10 KB in one read, which is several times faster.
enum class Reading { as_beast_comes, into_large_buffer };

class BareServer {
  public:
    // Listens on 127.0.0.1, any free port, and serves on a thread of its own.
    explicit BareServer(Reading reading = Reading::into_large_buffer);
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
