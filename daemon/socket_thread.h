// The thread that does the socket work of a service. When the server fails, that is logged and the service is
// asked to stop.
#pragma once

#include <thread>

#include "daemon/signals.h"
#include "http/server.h"

namespace gdprd::daemon {

class SocketThread {
  public:
    // Both outlive this object.
    SocketThread(http::Server& server, Signals& signals);
    // As stop().
    ~SocketThread();
    SocketThread(const SocketThread&) = delete;
    SocketThread& operator=(const SocketThread&) = delete;

    // Stops the server and waits until the last request in flight is answered. The service's exit code: 1
    // where the server has failed.
    int stop();

  private:
    void run();

    http::Server& server_;
    Signals& signals_;
    int exit_code_ = 0;
    std::thread thread_;  // last: what it uses is there before it
};

}  // namespace gdprd::daemon
