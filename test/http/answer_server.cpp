#include "http/answer_server.h"

#include <fcntl.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <optional>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/write.hpp>

namespace gdprd::test {

namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorCode = boost::system::error_code;

std::string lower(std::string_view text) {
    std::string out(text);
    for (char& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return out;
}

// Nothing when the client went away before its request was whole.
template <class Stream>
std::optional<SeenRequest> read_request(Stream& stream) {
    std::string bytes;
    SeenRequest request;
    std::size_t head_end = std::string::npos;
    std::size_t body_size = 0;
    while (head_end == std::string::npos || bytes.size() < head_end + 4 + body_size) {
        char buffer[16 * 1024];
        ErrorCode error;
        const std::size_t count = stream.read_some(asio::buffer(buffer), error);
        if (error) return std::nullopt;
        bytes.append(buffer, count);
        if (bytes.front() < 'A' || bytes.front() > 'Z') return request;  // a TLS handshake, say
        if (head_end != std::string::npos) continue;
        head_end = bytes.find("\r\n\r\n");
        if (head_end == std::string::npos) continue;
        request.head = bytes.substr(0, head_end + 2);
        const std::string length = request.field("content-length");
        body_size = length.empty() ? 0 : std::stoul(length);
    }
    request.body = bytes.substr(head_end + 4);
    const auto method_end = request.head.find(' ');
    request.method = request.head.substr(0, method_end);
    request.target =
        request.head.substr(method_end + 1, request.head.find(' ', method_end + 1) - method_end - 1);
    return request;
}

// A program that the test starts would go on listening, or keep a connection open.
void keep_from_children(int socket) { fcntl(socket, F_SETFD, FD_CLOEXEC); }

}  // namespace

std::string SeenRequest::field(std::string_view name) const {
    const std::string wanted = "\r\n" + lower(name) + ": ";
    const auto at = lower(head).find(wanted);
    if (at == std::string::npos) return "";
    const auto begin = at + wanted.size();
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string http_answer(int status, std::string_view content_type, std::string_view body,
                        std::string_view fields) {
    return "HTTP/1.1 " + std::to_string(status) +
           " Said\r\nServer: test\r\nContent-Type: " + std::string(content_type) +
           "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" + std::string(fields) + "\r\n" +
           std::string(body);
}

struct AnswerServer::Implementation {
    Implementation(Answer say, std::uint16_t port, const Certificate* certificate)
        : answer(std::move(say)), acceptor(io, tcp::endpoint(asio::ip::address_v4::loopback(), port)) {
        keep_from_children(acceptor.native_handle());
        if (certificate == nullptr) return;
        context.emplace(asio::ssl::context::tls_server);
        context->use_certificate_chain(asio::buffer(certificate->certificate_pem));
        context->use_private_key(asio::buffer(certificate->key_pem), asio::ssl::context::pem);
    }

    void serve() {
        for (;;) {
            ErrorCode error;
            tcp::socket socket = acceptor.accept(error);
            if (stopping) return;
            if (error) continue;
            keep_from_children(socket.native_handle());
            ++accepted;
            if (!context) {
                converse(socket);
                continue;
            }
            asio::ssl::stream<tcp::socket&> stream(socket, *context);
            stream.handshake(asio::ssl::stream_base::server, error);
            if (error) continue;
            converse(stream);
            stream.shutdown(error);
        }
    }

    template <class Stream>
    void converse(Stream& stream) {
        const auto request = read_request(stream);
        if (!request) return;
        {
            const std::lock_guard lock(mutex);
            seen.push_back(*request);
        }
        const Reply reply = answer(*request);
        ErrorCode error;
        if (!reply.trickles) {
            asio::write(stream, asio::buffer(reply.bytes), error);
            return;
        }
        for (std::size_t at = 0; !error && !stopping; at = (at + 1) % reply.bytes.size()) {
            asio::write(stream, asio::buffer(&reply.bytes[at], 1), error);
            std::this_thread::sleep_for(std::chrono::milliseconds(5));  // what is slow is what is tested
        }
    }

    const Answer answer;
    asio::io_context io;
    tcp::acceptor acceptor;
    std::optional<asio::ssl::context> context;
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> accepted{0};
    mutable std::mutex mutex;
    std::vector<SeenRequest> seen;  // guarded by mutex
    std::thread thread{};
};

AnswerServer::AnswerServer(Answer answer, std::uint16_t port)
    : implementation_(std::make_unique<Implementation>(std::move(answer), port, nullptr)) {
    implementation_->thread = std::thread([this] { implementation_->serve(); });
}

AnswerServer::AnswerServer(Answer answer, const Certificate& certificate)
    : implementation_(std::make_unique<Implementation>(std::move(answer), 0, &certificate)) {
    implementation_->thread = std::thread([this] { implementation_->serve(); });
}

AnswerServer::~AnswerServer() {
    implementation_->stopping = true;
    asio::io_context io;
    tcp::socket last(io);
    ErrorCode ignored;
    last.connect(implementation_->acceptor.local_endpoint(), ignored);
    implementation_->thread.join();
}

std::uint16_t AnswerServer::port() const { return implementation_->acceptor.local_endpoint().port(); }

std::vector<SeenRequest> AnswerServer::requests() const {
    const std::lock_guard lock(implementation_->mutex);
    return implementation_->seen;
}

std::size_t AnswerServer::connections() const { return implementation_->accepted; }

}  // namespace gdprd::test
