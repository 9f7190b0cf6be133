// Sends what the outbox has for one receiver, by a thread and a database connection of its own: neither a
// dead receiver nor a dead database holds up anything else. Nothing waits for it, and a stop ends it in a
// moment; what it had in hand is sent again by the next start, or by another daemon of the same ledger.
//
// Threads: construction, request_stop() and destruction by one thread. Does not throw after construction.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "database/connection.h"
#include "health/metrics.h"
#include "http/client.h"
#include "notify/options.h"

namespace gdprd::notify {

class Sender {
  public:
    using Post =
        std::function<http::ClientAnswer(const Url&, const http::ClientRequest&, const http::ClientOptions&)>;

    // Begins at once. `metrics` outlives it. Whatever `post` throws is an attempt that failed.
    Sender(const Receiver& receiver, const NotifyOptions& options,
           const database::ConnectionOptions& database, std::string ledger_database, health::Metrics& metrics,
           Post post = http::exchange);
    ~Sender();  // stops it, and waits for its end
    Sender(const Sender&) = delete;
    Sender& operator=(const Sender&) = delete;

    void request_stop() { thread_.request_stop(); }

  private:
    class Loop;
    std::unique_ptr<Loop> loop_;
    std::jthread thread_;
};

}  // namespace gdprd::notify
