#include "bench/bare_server.h"

#include <pthread.h>
#include <ctime>

#include <optional>
#include <utility>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

namespace gdprd::bench {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

class BareSession : public std::enable_shared_from_this<BareSession> {
  public:
    BareSession(tcp::socket socket, Reading reading) : socket_(std::move(socket)) {
        ErrorCode ignored;
        socket_.set_option(tcp::no_delay(true), ignored);
        if (reading == Reading::into_large_buffer) buffer_.reserve(32 * 1024);
        response_.version(11);
        response_.result(http::status::no_content);
    }

    void read() {
        parser_.emplace();
        parser_->body_limit(std::uint64_t{4} * 1024 * 1024);
        http::async_read(socket_, buffer_, *parser_,
                         [self = shared_from_this()](ErrorCode error, std::size_t) {
                             if (!error) self->answer();
                         });
    }

  private:
    void answer() {
        response_.keep_alive(parser_->get().keep_alive());
        http::async_write(socket_, response_, [self = shared_from_this()](ErrorCode error, std::size_t) {
            if (!error && self->response_.keep_alive()) self->read();
        });
    }

    tcp::socket socket_;
    boost::beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;
    http::response<http::empty_body> response_;
};

}  // namespace

struct BareServer::Implementation {
    explicit Implementation(Reading how) : reading(how) {}

    const Reading reading;
    asio::io_context io{1};
    tcp::acceptor acceptor{io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)};

    void accept() {
        acceptor.async_accept([this](ErrorCode error, tcp::socket socket) {
            if (error) return;
            std::make_shared<BareSession>(std::move(socket), reading)->read();
            accept();
        });
    }
};

BareServer::BareServer(Reading reading) : implementation_(std::make_unique<Implementation>(reading)) {
    implementation_->accept();
    thread_ = std::thread([this] { implementation_->io.run(); });
}

BareServer::~BareServer() {
    implementation_->io.stop();  // nothing to save: the clients are gone
    thread_.join();
}

std::uint16_t BareServer::port() const { return implementation_->acceptor.local_endpoint().port(); }

double BareServer::processor_seconds() {
    clockid_t clock{};
    timespec time{};
    ::pthread_getcpuclockid(thread_.native_handle(), &clock);
    ::clock_gettime(clock, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

}  // namespace gdprd::bench
