#include "http/raw_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace gdprd::test {
namespace {

constexpr int patience_ms = 20'000;

}  // namespace

struct RawClient::Tls {
    using Context = std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)>;
    using Stream = std::unique_ptr<SSL, decltype(&SSL_free)>;

    Tls(int socket, int version_max)
        : context(SSL_CTX_new(TLS_client_method()), &SSL_CTX_free), stream(nullptr, &SSL_free) {
        SSL_CTX_set_max_proto_version(context.get(), version_max);
        SSL_CTX_set_min_proto_version(context.get(), TLS1_VERSION);
        SSL_CTX_set_security_level(context.get(), 0);  // so that the refusal is the server's
        stream.reset(SSL_new(context.get()));
        SSL_set_fd(stream.get(), socket);
        if (SSL_connect(stream.get()) != 1) throw std::runtime_error("TLS handshake failed");
    }

    Context context;
    Stream stream;
};

RawClient::RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        ::close(std::exchange(socket_, -1));
        throw std::runtime_error("cannot connect");
    }
    timeval patience{};
    patience.tv_sec = patience_ms / 1000;
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
}

RawClient RawClient::over_tls(std::uint16_t port, int version_max) {
    RawClient client(port);
    client.tls_ = std::make_unique<Tls>(client.socket_, version_max);
    return client;
}

RawClient::~RawClient() {
    tls_.reset();
    if (socket_ >= 0) ::close(socket_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : socket_(std::exchange(other.socket_, -1)),
      tls_(std::move(other.tls_)),
      received_(std::move(other.received_)) {}

RawClient& RawClient::operator=(RawClient&& other) noexcept {
    std::swap(socket_, other.socket_);
    std::swap(tls_, other.tls_);
    std::swap(received_, other.received_);
    return *this;
}

bool RawClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t count = 0;
        if (tls_) {
            count = SSL_write(tls_->stream.get(), bytes.data(), static_cast<int>(bytes.size()));
        } else {
            count = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }
        if (count <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void RawClient::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void RawClient::receive_buffer_bytes(int bytes) {
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

// False when the connection has ended.
bool RawClient::fill() {
    pollfd entry{socket_, POLLIN, 0};
    const bool buffered = tls_ && SSL_pending(tls_->stream.get()) > 0;
    if (!buffered && ::poll(&entry, 1, patience_ms) == 0) throw std::runtime_error("nothing received");
    std::array<char, 64 * 1024> chunk;
    const ssize_t count = tls_ ? SSL_read(tls_->stream.get(), chunk.data(), static_cast<int>(chunk.size()))
                               : ::recv(socket_, chunk.data(), chunk.size(), 0);
    if (count <= 0) return false;
    received_.append(chunk.data(), static_cast<std::size_t>(count));
    return true;
}

RawAnswer RawClient::receive(bool head_only) {
    const auto need = [this](bool enough) {
        if (!enough && !fill()) throw std::runtime_error("the connection ended within: " + received_);
        return !enough;
    };
    while (need(received_.find("\r\n\r\n") != std::string::npos)) {
    }
    RawAnswer answer;
    const auto head_end = received_.find("\r\n\r\n");
    answer.head = received_.substr(0, head_end + 2);
    received_.erase(0, head_end + 4);
    answer.status = std::stoi(answer.head.substr(9, 3));
    const std::string length_text = answer.field("Content-Length");
    const std::size_t length = head_only || length_text.empty() ? 0 : std::stoul(length_text);
    while (need(received_.size() >= length)) {
    }
    answer.body = received_.substr(0, length);
    received_.erase(0, length);
    return answer;
}

std::string RawClient::receive_all() {
    while (fill()) {
    }
    return std::exchange(received_, {});
}

bool RawClient::has_input() const {
    pollfd entry{socket_, POLLIN, 0};
    return !received_.empty() || ::poll(&entry, 1, 0) != 0;
}

std::string RawAnswer::field(std::string_view name) const {
    const std::string line_begin = "\r\n" + std::string(name) + ": ";
    const auto begin = head.find(line_begin);
    if (begin == std::string::npos) return {};
    const auto value_begin = begin + line_begin.size();
    return head.substr(value_begin, head.find("\r\n", value_begin) - value_begin);
}

std::string post(std::string_view path, std::string_view body, std::string_view fields) {
    return "POST " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(fields) +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

std::string get(std::string_view path) {
    return "GET " + std::string(path) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

}  // namespace gdprd::test
