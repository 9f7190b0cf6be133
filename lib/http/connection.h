// A session over a stream, plain or TLS: all coroutines of the connection. Included by session.cpp only.
//
// Memory is the connection's and is used again for each request; deadlines are two stores into a field (a
// sweep looks at them), not timers; an answer is one write.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>

#include "http/answer.h"
#include "http/parser.h"
#include "http/session.h"

namespace gdprd::http {

using TlsStream = asio::ssl::stream<Socket>;

template <class Stream>
class Connection : public Session {
  public:
    template <class... Arguments>
    Connection(ServerState& server_state, std::size_t listener, std::string remote, Arguments&&... stream);

    Task<void> serve() override;
    void close() override;
    void abort() override;
    void answered() override { answer_.resume(); }

  private:
    // What receiving a request led to.
    enum class Next {
        handle,  // complete: its route's handler has to see it
        answer,  // the response is decided without a handler
        close    // the connection is over
    };

    static constexpr bool tls = std::is_same_v<Stream, TlsStream>;

    Socket& socket();
    Task<bool> open();
    Task<void> serve_requests();
    Task<Next> receive();
    Task<Next> receive_header();
    Task<Next> receive_body();
    Task<bool> obtain_memory();
    Task<bool> fill();
    Task<void> handle();
    Task<bool> send_answer();
    Task<bool> write(std::string_view bytes);
    Task<void> linger();

    void begin_request();
    ErrorCode parse();
    Next without_route();
    Next refuse(ErrorCode error);
    void release_body();
    void compose_answer();
    void wipe_answer();

    Stream stream_;
    boost::beast::flat_buffer buffer_;
    std::string out_;
    RequestHead head_;
    std::optional<RequestParser> parser_;
    RouteMatch match_;
    BodyBudget::Share memory_;
    Suspension answer_;
    std::size_t header_bytes_ = 0;
    bool keep_alive_ = true;
    bool unread_ = false;       // the client may still be sending: closing at once would destroy the answer
    bool say_goodbye_ = false;  // the last thing sent is an answer that the client has to get
};

}  // namespace gdprd::http

#include "http/connection.ipp"
