#include "daemon/socket_thread.h"

#include <exception>

#include "base/error.h"
#include "base/log.h"

namespace gdprd::daemon {

SocketThread::SocketThread(http::Server& server, Signals& signals)
    : server_(server), signals_(signals), thread_([this] { run(); }) {}

SocketThread::~SocketThread() { stop(); }

int SocketThread::stop() {
    if (thread_.joinable()) {
        server_.stop();
        thread_.join();
    }
    return exit_code_;
}

void SocketThread::run() {
    try {
        server_.run();
    } catch (const std::exception& error) {
        log::error("the HTTP server failed", {{"why", describe(error)}});
        exit_code_ = 1;
        signals_.request_stop();
    }
}

}  // namespace gdprd::daemon
