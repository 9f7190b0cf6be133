// One listening address. Callbacks, not coroutines: accepting has no state of its own.
#pragma once

#include <cstdint>
#include <functional>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/options.h"
#include "http/task.h"

namespace gdprd::http {

class Acceptor {
  public:
    using OnConnection = std::function<void(Socket)>;

    // Binds and listens. Throws ConfigurationError naming address, port and reason.
    Acceptor(asio::io_context& io, const Listener& listener);

    // Gives each connection to `on_connection` until close(). When the system refuses (no more file
    // descriptors), it pauses for 100 ms and goes on.
    void start(OnConnection on_connection);
    void close();

    std::uint16_t port() const { return port_; }

  private:
    void accept();
    void on_accept(const ErrorCode& error, Socket socket);

    asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
    asio::steady_timer pause_;
    OnConnection on_connection_;
    std::uint16_t port_ = 0;
    bool refused_before_ = false;
};

}  // namespace gdprd::http
