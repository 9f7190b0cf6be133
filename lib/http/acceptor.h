// One listening address, or Unix socket. Callbacks, not coroutines: accepting has no state of its own.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "http/endpoint.h"
#include "http/options.h"
#include "http/socket_file.h"
#include "http/task.h"

namespace gdprd::http {

class Acceptor {
  public:
    using OnConnection = std::function<void(Socket)>;

    // Binds and listens. Throws ConfigurationError naming address and port, or the socket, and the reason;
    // Error for an address that is in use, or that this machine does not have just now.
    Acceptor(asio::io_context& io, const Listener& listener);

    // Gives each connection to `on_connection` until close(). When the system refuses (no more file
    // descriptors), it pauses for 100 ms and goes on.
    void start(OnConnection on_connection);
    void close();

    std::uint16_t port() const { return port_; }  // 0 of a Unix socket

  private:
    void accept();
    void on_accept(const ErrorCode& error, Socket socket);

    void listen_on_port(const Listener& listener);
    void listen_on_file(const Listener& listener);

    asio::basic_socket_acceptor<Protocol, Executor> acceptor_;
    std::optional<SocketFile> file_;
    asio::steady_timer pause_;
    OnConnection on_connection_;
    std::uint16_t port_ = 0;
    bool refused_before_ = false;
};

}  // namespace gdprd::http
