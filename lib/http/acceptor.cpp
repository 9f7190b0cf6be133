#include "http/acceptor.h"

#include <string>

#include <boost/asio/error.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/system/error_code.hpp>

#include "base/error.h"
#include "base/log.h"

namespace gdprd::http {
namespace {

using boost::asio::ip::tcp;

constexpr std::chrono::milliseconds pause_after_refusal{100};

// Of the machine, and it may be otherwise in a moment: a restart is worth its while.
bool passes_by_itself(const ErrorCode& error) {
    return error == asio::error::address_in_use || error == boost::system::errc::address_not_available;
}

std::string place_of(const Listener& listener) {
    return listener.unix_socket.empty() ? listener.address + " port " + std::to_string(listener.port)
                                        : listener.unix_socket;
}

[[noreturn]] void cannot_listen(const Listener& listener, const std::string& reason) {
    throw ConfigurationError("cannot listen on " + place_of(listener) + ": " + reason);
}

[[noreturn]] void cannot_listen(const Listener& listener, const ErrorCode& error) {
    if (!passes_by_itself(error)) cannot_listen(listener, error.message());
    throw Error("cannot listen on " + place_of(listener) + ": " + error.message(),
                error == asio::error::address_in_use
                    ? "Another process listens there; `ss -ltnp` names it"
                    : "No interface of this machine has the address just now");
}

tcp::endpoint endpoint_of(const Listener& listener) {
    ErrorCode error;
    const auto address = asio::ip::make_address(listener.address, error);
    if (error) cannot_listen(listener, "not an IP address");
    return tcp::endpoint(address, listener.port);
}

}  // namespace

Acceptor::Acceptor(asio::io_context& io, const Listener& listener)
    : acceptor_(io.get_executor()), pause_(io) {
    if (listener.unix_socket.empty()) {
        listen_on_port(listener);
    } else {
        listen_on_file(listener);
    }
}

void Acceptor::listen_on_port(const Listener& listener) {
    const tcp::endpoint endpoint = endpoint_of(listener);
    ErrorCode error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) cannot_listen(listener, error);
    port_ = to_tcp(acceptor_.local_endpoint())->port();
}

void Acceptor::listen_on_file(const Listener& listener) {
    file_.emplace(listener);
    const asio::local::stream_protocol::endpoint endpoint(listener.unix_socket);
    ErrorCode error;
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (error) cannot_listen(listener, error);
    file_->give_access(listener);
    acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) cannot_listen(listener, error);
}

void Acceptor::start(OnConnection on_connection) {
    on_connection_ = std::move(on_connection);
    accept();
}

void Acceptor::close() {
    ErrorCode ignored;
    acceptor_.close(ignored);
    file_.reset();
    pause_.cancel();
}

void Acceptor::accept() {
    acceptor_.async_accept(
        [this](const ErrorCode& error, Socket socket) { on_accept(error, std::move(socket)); });
}

void Acceptor::on_accept(const ErrorCode& error, Socket socket) {
    if (!acceptor_.is_open()) return;
    if (error && error != asio::error::connection_aborted) {
        if (!refused_before_) log::warning("cannot accept connections", {{"error", error.message()}});
        refused_before_ = true;
        pause_.expires_after(pause_after_refusal);
        pause_.async_wait([this](const ErrorCode&) {
            if (acceptor_.is_open()) accept();
        });
        return;
    }
    if (!error) {
        refused_before_ = false;
        on_connection_(std::move(socket));
    }
    if (acceptor_.is_open()) accept();
}

}  // namespace gdprd::http
