// The coroutines of Connection. Read task.h for the rule about statements with co_await.
#include <algorithm>
#include <exception>

#include <boost/asio/ip/tcp.hpp>
#include <openssl/crypto.h>

#include "base/error.h"
#include "base/log.h"
#include "http/type_name.h"

namespace gdprd::http {

inline constexpr std::size_t read_buffer_bytes = 32 * 1024;  // a usual request comes in with one read
inline constexpr std::size_t body_bytes_kept = 32 * 1024;    // memory an idle connection may hold on to
inline constexpr std::chrono::milliseconds linger_pause{2'000};

template <class Stream>
template <class... Arguments>
Connection<Stream>::Connection(ServerState& server_state, std::size_t listener, std::string remote,
                               Arguments&&... stream)
    : Session(server_state, listener, std::move(remote)),
      stream_(std::forward<Arguments>(stream)...),
      buffer_(std::max(read_buffer_bytes, server_state.limits.header_bytes_max + 1024)) {
    ErrorCode ignored;
    socket().non_blocking(true, ignored);
    socket().set_option(asio::ip::tcp::no_delay(true), ignored);
    enter(Phase::opening, server_state.limits.header_timeout);
}

template <class Stream>
Socket& Connection<Stream>::socket() {
    if constexpr (tls) {
        return stream_.next_layer();
    } else {
        return stream_;
    }
}

template <class Stream>
void Connection<Stream>::close() {
    ErrorCode ignored;
    socket().close(ignored);
    if (memory_.turn.waiting()) server_state_.bodies.give_back(memory_);
}

template <class Stream>
void Connection<Stream>::abort() {
    ErrorCode ignored;
    socket().set_option(asio::socket_base::linger(true, 0), ignored);
    close();
}

template <class Stream>
Task<void> Connection<Stream>::serve() {
    try {
        const bool opened = co_await open();
        if (opened) co_await serve_requests();
        if (say_goodbye_) co_await linger();
    } catch (const std::exception& error) {
        log::error("a connection failed", {{"type", type_name(error)}});
    }
    release_body();
    close();
}

template <class Stream>
Task<bool> Connection<Stream>::open() {
    if constexpr (tls) {
        ErrorCode error;
        auto token = asio::redirect_error(awaiting, error);
        co_await stream_.async_handshake(asio::ssl::stream_base::server, token);
        if (error && socket().is_open()) ++server_state_.counters.requests_malformed;
        co_return !error;
    }
    co_return true;
}

template <class Stream>
Task<void> Connection<Stream>::serve_requests() {
    do {
        begin_request();
        const Next next = co_await receive();
        if (next == Next::close) co_return;
        if (next == Next::handle) {
            co_await handle();
        } else {
            ++server_state_.counters.requests;
        }
        if (exchange.response.drop) co_return;
        const bool sent = co_await send_answer();
        if (!sent) co_return;
    } while (keep_alive_);
    say_goodbye_ = true;
}

template <class Stream>
void Connection<Stream>::begin_request() {
    head_.clear();
    parser_.emplace(head_, exchange.request.body, server_state_.limits, server_state_.kept_fields);
    exchange.response = Response{};
    match_ = RouteMatch{};
    header_bytes_ = 0;
    if (phase_ != Phase::opening) enter(Phase::idle, server_state_.limits.idle_timeout);
}

template <class Stream>
auto Connection<Stream>::receive() -> Task<Next> {
    const Next after_header = co_await receive_header();
    if (after_header != Next::handle) co_return after_header;
    keep_alive_ = parser_->keep_alive();
    match_ = server_state_.routes.find(listener_, head_.method, head_.target);
    if (!match_.route && without_route() == Next::answer) co_return Next::answer;
    if (parser_->is_done()) co_return match_.route ? Next::handle : Next::answer;
    co_return co_await receive_body();
}

template <class Stream>
auto Connection<Stream>::receive_header() -> Task<Next> {
    for (;;) {
        if (buffer_.size() != 0) {
            if (phase_ != Phase::header) enter(Phase::header, server_state_.limits.header_timeout);
            const ErrorCode error = parse();
            const bool done = parser_->is_header_done();
            const std::size_t header_bytes = header_bytes_ + (done ? 0 : buffer_.size());
            if (error && error != boost::beast::http::error::need_more) co_return refuse(error);
            if (header_bytes > server_state_.limits.header_bytes_max) {
                co_return refuse(boost::beast::http::error::header_limit);
            }
            if (done) co_return Next::handle;
        }
        const bool filled = co_await fill();
        if (!filled) co_return Next::close;
    }
}

// Decides the response; answers at once when the client waits for leave to send a body that nobody wants.
template <class Stream>
auto Connection<Stream>::without_route() -> Next {
    exchange.response.status = match_.status;
    parser_->discard_body();
    if (!head_.expects_continue || parser_->is_done()) return Next::handle;
    keep_alive_ = false;
    unread_ = true;
    return Next::answer;
}

template <class Stream>
auto Connection<Stream>::receive_body() -> Task<Next> {
    enter(Phase::body, server_state_.limits.body_timeout);
    const bool obtained = co_await obtain_memory();
    if (!obtained) co_return Next::close;
    if (head_.expects_continue && !head_.http_1_0 && buffer_.size() == 0) {
        const bool written = co_await write(continue_answer);
        if (!written) co_return Next::close;
    }
    parser_->eager(true);
    for (;;) {
        if (buffer_.size() != 0) {
            ErrorCode error = parse();
            if (parser_->is_done() && !error) co_return match_.route ? Next::handle : Next::answer;
            const bool full = buffer_.size() == buffer_.max_size();
            if (full && error == boost::beast::http::error::need_more) {
                error = boost::beast::http::error::bad_chunk_extension;  // a chunk header without end
            }
            if (error && error != boost::beast::http::error::need_more) co_return refuse(error);
        }
        const bool filled = co_await fill();
        if (!filled) co_return Next::close;
    }
}

template <class Stream>
Task<bool> Connection<Stream>::obtain_memory() {
    if (!match_.route) co_return true;  // nothing of the body is kept
    const std::size_t bytes = std::max<std::size_t>(parser_->body_bytes_expected(), 1);
    if (!server_state_.bodies.take(memory_, bytes)) co_await memory_.turn.wait();
    co_return memory_.taken;
}

// Gives the parser what has come in. Beast's errors about a header of which enough is known stay errors.
template <class Stream>
ErrorCode Connection<Stream>::parse() {
    ErrorCode error;
    const std::size_t used = parser_->put(asio::const_buffer(buffer_.data()), error);
    buffer_.consume(used);
    header_bytes_ += used;
    return error;
}

template <class Stream>
auto Connection<Stream>::refuse(ErrorCode error) -> Next {
    const bool body_too_large = error == boost::beast::http::error::body_limit;
    const bool header_too_large = error == boost::beast::http::error::header_limit;
    exchange.response = Response{};
    exchange.response.status = body_too_large ? 413 : header_too_large ? 431 : 400;
    Counters& counters = server_state_.counters;
    ++(body_too_large || header_too_large ? counters.requests_too_large : counters.requests_malformed);
    match_ = RouteMatch{};
    keep_alive_ = false;
    unread_ = true;
    release_body();
    return Next::answer;
}

template <class Stream>
Task<bool> Connection<Stream>::fill() {
    ErrorCode error;
    auto token = asio::redirect_error(awaiting, error);
    const auto space = buffer_.prepare(buffer_.max_size() - buffer_.size());
    const std::size_t count = co_await stream_.async_read_some(space, token);
    buffer_.commit(count);
    co_return !error;
}

template <class Stream>
Task<void> Connection<Stream>::handle() {
    enter_without_deadline(Phase::handler);
    exchange.request.signature.assign(head_.signature_count == 1 ? head_.signature : std::string());
    exchange.request.remote.assign(remote_);
    exchange.request.method.assign(head_.method);
    exchange.request.target.assign(head_.target);
    exchange.request.fields.swap(head_.fields);
    route = *match_.route;
    server_state_.dispatcher.submit(*this);
    co_await answer_.wait();
    release_body();
}

template <class Stream>
void Connection<Stream>::release_body() {
    if (server_state_.wipes_memory) {
        OPENSSL_cleanse(exchange.request.body.data(), exchange.request.body.size());
        if (buffer_.size() == 0 && buffer_.capacity() != 0) {
            const auto read = buffer_.prepare(buffer_.capacity());
            OPENSSL_cleanse(read.data(), read.size());
        }
    }
    exchange.request.body.clear();
    if (exchange.request.body.capacity() > body_bytes_kept) exchange.request.body.shrink_to_fit();
    server_state_.bodies.give_back(memory_);
}

template <class Stream>
Task<bool> Connection<Stream>::send_answer() {
    keep_alive_ = keep_alive_ && !server_state_.draining;
    compose_answer();
    enter(Phase::answer, server_state_.limits.write_timeout);
    const bool is_sent = co_await write(out_);
    if (server_state_.wipes_memory) wipe_answer();
    co_return is_sent;
}

template <class Stream>
void Connection<Stream>::compose_answer() {
    AnswerForm form;
    form.keep_alive = keep_alive_;
    form.http_1_0 = head_.http_1_0;
    form.head = match_.head || head_.method == "HEAD";
    if (exchange.response.status == 405 && !match_.route) form.allow = match_.allow;
    try {
        compose(out_, exchange.response, form);
    } catch (const Error& error) {
        log::error("an answer could not be composed", {{"error", describe(error)}});
        exchange.response = Response{};
        compose(out_, exchange.response, form);
    }
}

template <class Stream>
void Connection<Stream>::wipe_answer() {
    OPENSSL_cleanse(out_.data(), out_.size());
    OPENSSL_cleanse(exchange.response.body.data(), exchange.response.body.size());
    out_.clear();
    exchange.response.body.clear();
}

template <class Stream>
Task<bool> Connection<Stream>::write(std::string_view bytes) {
    while (!bytes.empty()) {
        ErrorCode error;
        std::size_t count = 0;
        const auto rest = asio::buffer(bytes.data(), bytes.size());
        if constexpr (!tls) count = socket().write_some(rest, error);
        if (tls || error == asio::error::would_block) {
            auto token = asio::redirect_error(awaiting, error);
            count = co_await stream_.async_write_some(rest, token);
        }
        if (error) co_return false;
        bytes.remove_prefix(count);
    }
    co_return true;
}

// Ends the connection so that the client gets the last answer: a close with unread input would reset it.
template <class Stream>
Task<void> Connection<Stream>::linger() {
    ErrorCode error;
    auto token = asio::redirect_error(awaiting, error);
    enter(Phase::lingering, linger_pause);
    if constexpr (tls) co_await stream_.async_shutdown(token);
    const bool input_waits = buffer_.size() != 0 || socket().available(error) != 0;
    socket().shutdown(Socket::shutdown_send, error);
    if (error || (!unread_ && !input_waits)) co_return;
    const auto end = Clock::now() + server_state_.limits.body_timeout;
    buffer_.clear();
    const auto scrap = buffer_.prepare(buffer_.max_size());
    while (!error && Clock::now() < end) {
        enter(Phase::lingering, linger_pause);
        co_await socket().async_read_some(scrap, token);
    }
}

}  // namespace gdprd::http
