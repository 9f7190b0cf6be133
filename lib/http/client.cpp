#include "http/client.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>

#include "base/text.h"

namespace gdprd::http {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace ssl = asio::ssl;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;
using Clock = std::chrono::steady_clock;
using ClientTlsStream = ssl::stream<tcp::socket&>;
using Parser = beast::http::response_parser<beast::http::string_body>;

constexpr std::uint32_t header_bytes_max = 16 * 1024;
constexpr int interim_answers_max = 10;
constexpr std::chrono::milliseconds stop_look{50};

std::string in_words(std::chrono::milliseconds time) {
    if (time.count() % 1000 != 0) return std::to_string(time.count()) + " ms";
    return std::to_string(time.count() / 1000) + " s";
}

std::string field_of(const Parser& parser, beast::http::field field) {
    const auto value = parser.get()[field];
    return {value.data(), value.size()};
}

bool is_numeric(const std::string& host) {
    ErrorCode error;
    asio::ip::make_address(host, error);
    return !error;
}

ssl::context make_context(const std::string& ca_file) {
    ssl::context context(ssl::context::tls_client);
    SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
    context.set_verify_mode(ssl::verify_peer);
    ErrorCode error;
    if (ca_file.empty()) {
        context.set_default_verify_paths(error);
        if (error) throw Error("the system's certificate authorities cannot be read: " + error.message());
        return context;
    }
    context.load_verify_file(ca_file, error);
    if (error) {
        throw ConfigurationError("certificate authorities '" + ca_file + "': " + error.message(),
                                 "It must be a readable PEM file of certificates");
    }
    return context;
}

struct LookUp {
    std::mutex mutex;
    std::condition_variable ended;
    // Protected by mutex.
    bool has_ended = false;
    ErrorCode error;
    std::vector<tcp::endpoint> found;
};

void look_up(const std::string& host, std::uint16_t port, LookUp& into) {
    asio::io_context io;
    tcp::resolver resolver(io);
    ErrorCode error;
    const auto found = resolver.resolve(host, std::to_string(port), tcp::resolver::numeric_service, error);
    const std::lock_guard lock(into.mutex);
    into.error = error;
    for (const auto& entry : found) into.found.push_back(entry.endpoint());
    into.has_ended = true;
    into.ended.notify_all();
}

// Nothing can cut off what asks a name server. Who may be stopped has it done by a thread that is left behind
// then, and owns all it works with.
std::vector<tcp::endpoint> endpoints_of(const Url& url, const std::stop_token& stop, ErrorCode& error) {
    const auto asked = std::make_shared<LookUp>();
    if (!stop.stop_possible()) {
        look_up(url.host, url.port, *asked);
    } else {
        std::thread([asked, host = url.host, port = url.port] { look_up(host, port, *asked); }).detach();
    }
    std::unique_lock lock(asked->mutex);
    while (!asked->has_ended) {
        if (stop.stop_requested()) {
            error = asio::error::operation_aborted;
            return {};
        }
        asked->ended.wait_for(lock, stop_look);
    }
    error = asked->error;
    return asked->found;
}

// One request over one connection. Every operation is started, and the loop runs until it ends or time is up.
class Conversation {
  public:
    Conversation(const Url& url, const ClientOptions& options) : url_(url), options_(options), socket_(io_) {}

    ClientAnswer run(const ClientRequest& request) {
        std::optional<ssl::context> context;
        if (url_.tls) context.emplace(make_context(options_.ca_file));
        connect();
        deadline_ = Clock::now() + options_.timeout;
        if (!context) return converse(socket_, request);
        ClientTlsStream stream(socket_, *context);
        shake_hands(stream);
        return converse(stream, request);
    }

  private:
    // Runs what `start` starts with a handler, until `deadline`. What is cut off then ends with timed_out.
    template <class Start>
    ErrorCode finish(Clock::time_point deadline, Start start) {
        ErrorCode result = asio::error::would_block;
        start([&result](const ErrorCode& error, auto&&...) { result = error; });
        io_.restart();
        while (!io_.stopped() && !options_.stop.stop_requested() && Clock::now() < deadline) {
            io_.run_until(options_.stop.stop_possible() ? std::min(deadline, Clock::now() + stop_look)
                                                        : deadline);
        }
        if (io_.stopped()) return result;
        ErrorCode ignored;
        socket_.close(ignored);
        io_.run();
        if (options_.stop.stop_requested()) fail(ClientFailure::stopped, "stopped");
        return asio::error::timed_out;
    }

    [[noreturn]] void fail(ClientFailure failure, const std::string& reason) const {
        throw ClientError(failure, address_, url_.authority() + ": " + reason);
    }

    [[noreturn]] void fail_late() const {
        fail(ClientFailure::timed_out, "no answer within " + in_words(options_.timeout));
    }

    void connect() {
        ErrorCode error;
        const auto found = endpoints_of(url_, options_.stop, error);
        if (options_.stop.stop_requested()) fail(ClientFailure::stopped, "stopped");
        if (error || found.empty()) {
            const bool no_server = error == asio::error::host_not_found_try_again;
            fail(ClientFailure::name_unknown,
                 no_server ? "no name server answered" : "the host has no address: " + error.message());
        }
        std::vector<std::string> refusals;
        for (const tcp::endpoint& endpoint : found) {
            error = finish(Clock::now() + options_.connect_timeout,
                           [&](auto handler) { socket_.async_connect(endpoint, std::move(handler)); });
            const std::string address = endpoint.address().to_string();
            if (!error) {
                address_ = address;
                return;
            }
            refusals.push_back(address + " port " + std::to_string(url_.port) + ": " + error.message());
            ErrorCode ignored;
            socket_.close(ignored);
        }
        fail(ClientFailure::not_connected, join(refusals, "; "));
    }

    void shake_hands(ClientTlsStream& stream) {
        SSL* const session = stream.native_handle();
        X509_VERIFY_PARAM* const verification = SSL_get0_param(session);
        if (is_numeric(url_.host)) {
            X509_VERIFY_PARAM_set1_ip_asc(verification, url_.host.c_str());
        } else {
            X509_VERIFY_PARAM_set1_host(verification, url_.host.c_str(), 0);
            SSL_ctrl(session, SSL_CTRL_SET_TLSEXT_HOSTNAME, TLSEXT_NAMETYPE_host_name,
                     const_cast<char*>(url_.host.c_str()));
        }
        const ErrorCode error = finish(deadline_, [&](auto handler) {
            stream.async_handshake(ssl::stream_base::client, std::move(handler));
        });
        if (!error) return;
        if (error == asio::error::timed_out) {
            fail(ClientFailure::tls, "the TLS handshake did not come to its end in time");
        }
        const long verdict = SSL_get_verify_result(session);
        fail(ClientFailure::tls, verdict != X509_V_OK ? std::string("its certificate is not accepted: ") +
                                                            X509_verify_cert_error_string(verdict)
                                                      : "the TLS handshake failed: " + error.message());
    }

    template <class Stream>
    ClientAnswer converse(Stream& stream, const ClientRequest& request) {
        send(stream, request);
        beast::flat_buffer buffer(header_bytes_max + 64 * 1024);
        for (int interim = 0; interim < interim_answers_max; ++interim) {
            Parser parser;
            parser.header_limit(header_bytes_max);
            parser.body_limit(options_.body_bytes_max);
            // The header by itself: Beast 1.74 forgets that a body is too large when it has begun already.
            ErrorCode error = finish(deadline_, [&](auto handler) {
                beast::http::async_read_header(stream, buffer, parser, std::move(handler));
            });
            const bool is_final = parser.is_header_done() && parser.get().result_int() >= 200;
            // Whatever the length it announces.
            if (options_.status_is_enough && is_final) return answer_of(parser);
            if (!error) {
                error = finish(deadline_, [&](auto handler) {
                    beast::http::async_read(stream, buffer, parser, std::move(handler));
                });
            }
            if (error) fail_reading(error, parser.got_some());
            if (is_final) return answer_of(parser);
        }
        fail(ClientFailure::not_http, "interim answers only");
    }

    template <class Stream>
    void send(Stream& stream, const ClientRequest& request) {
        beast::http::request<beast::http::string_body> message;
        message.method_string(request.method);
        message.target(url_.target());
        message.version(11);
        message.set(beast::http::field::host, url_.authority());
        message.set(beast::http::field::user_agent, "mautic-gdprd/" GDPRD_VERSION);
        message.set(beast::http::field::connection, "close");
        for (const auto& [name, value] : request.fields) message.set(name, value);
        message.body() = request.body;
        message.prepare_payload();
        const ErrorCode error = finish(
            deadline_, [&](auto handler) { beast::http::async_write(stream, message, std::move(handler)); });
        if (error == asio::error::timed_out) fail_late();
        // Whoever refuses a request before its end may have said why: that is read.
    }

    [[noreturn]] void fail_reading(const ErrorCode& error, bool begun) const {
        using HttpError = beast::http::error;
        if (error == asio::error::timed_out) fail_late();
        if (error == HttpError::body_limit || error == HttpError::header_limit ||
            error == HttpError::buffer_overflow) {
            fail(ClientFailure::too_large, "the answer is larger than this program reads");
        }
        // A reset, or an end without TLS's own, is the same to whoever waits for an answer.
        const bool is_grammar = error.category() == make_error_code(HttpError::bad_version).category();
        if (!begun && (error == HttpError::end_of_stream || !is_grammar)) {
            fail(ClientFailure::closed, "the connection was closed without an answer");
        }
        fail(ClientFailure::not_http, "the answer is not whole, or not HTTP: " + error.message());
    }

    ClientAnswer answer_of(Parser& parser) const {
        ClientAnswer answer;
        answer.address = address_;
        answer.status = static_cast<int>(parser.get().result_int());
        answer.content_type = field_of(parser, beast::http::field::content_type);
        answer.location = field_of(parser, beast::http::field::location);
        answer.authenticate = field_of(parser, beast::http::field::www_authenticate);
        answer.retry_after = field_of(parser, beast::http::field::retry_after);
        answer.body = std::move(parser.get().body());
        return answer;
    }

    const Url& url_;
    const ClientOptions& options_;
    asio::io_context io_;
    tcp::socket socket_;
    std::string address_;
    Clock::time_point deadline_;
};

}  // namespace

ClientAnswer exchange(const Url& url, const ClientRequest& request, const ClientOptions& options) {
    return Conversation(url, options).run(request);
}

}  // namespace gdprd::http
