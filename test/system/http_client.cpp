#include "system/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <stdexcept>

#include "base/text.h"
#include "support/free_ports.h"

namespace gdprd::test {

namespace {

sockaddr_in loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

HttpAnswer parse_head(const std::string& head) {
    HttpAnswer answer;
    if (!head.starts_with("HTTP/1.1 ") || head.size() < 12) throw std::runtime_error("not HTTP: " + head);
    answer.status = std::stoi(head.substr(9, 3));
    std::size_t begin = head.find("\r\n");
    while (begin != std::string::npos && begin + 2 < head.size()) {
        begin += 2;
        const std::size_t end = head.find("\r\n", begin);
        const std::string line = head.substr(begin, end == std::string::npos ? end : end - begin);
        const std::size_t colon = line.find(':');
        if (colon != std::string::npos) {
            answer.headers[to_lower(line.substr(0, colon))] =
                std::string(trimmed(std::string_view(line).substr(colon + 1)));
        }
        begin = end;
    }
    return answer;
}

}  // namespace

HttpClient::HttpClient(std::uint16_t port, std::chrono::milliseconds limit) : port_(port), limit_(limit) {}

HttpClient::~HttpClient() { close(); }

void HttpClient::close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
    answered_ = false;
    received_.clear();
}

bool HttpClient::connect() {
    if (socket_ >= 0) return true;
    socket_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(port_);
    const int on = 1;
    ::setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) return true;
    close();
    return false;
}

// Throws when the limit of this call is over.
bool HttpClient::wait_for(short events) {
    const auto left =
        std::chrono::duration_cast<std::chrono::milliseconds>(deadline_ - std::chrono::steady_clock::now());
    pollfd descriptor{socket_, events, 0};
    const int ready = ::poll(&descriptor, 1, static_cast<int>(std::max<std::int64_t>(left.count(), 0)));
    if (ready == 0) throw std::runtime_error("the server did not answer in time");
    return ready > 0 || errno == EINTR;
}

bool HttpClient::send_bytes(std::string_view bytes) {
    deadline_ = std::chrono::steady_clock::now() + limit_;
    if (!connect()) return false;
    while (!bytes.empty()) {
        if (!wait_for(POLLOUT)) return false;
        const ssize_t sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) return false;
        if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

bool HttpClient::receive_more() {
    std::array<char, 16384> buffer;
    while (true) {
        if (socket_ < 0 || !wait_for(POLLIN)) return false;
        const ssize_t count = ::recv(socket_, buffer.data(), buffer.size(), MSG_DONTWAIT);
        if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
        if (count <= 0) return false;
        received_.append(buffer.data(), static_cast<std::size_t>(count));
        return true;
    }
}

std::optional<std::string> HttpClient::take_until_blank_line() {
    std::size_t end = 0;
    while ((end = received_.find("\r\n\r\n")) == std::string::npos) {
        if (receive_more()) continue;
        if (!received_.empty()) throw std::runtime_error("the connection ended within an answer");
        return std::nullopt;
    }
    std::string head = received_.substr(0, end);
    received_.erase(0, end + 4);
    return head;
}

bool HttpClient::take_body(HttpAnswer& answer) {
    if (answer.status < 200 || answer.status == 204 || answer.status == 304) return true;
    const auto length = answer.headers.find("content-length");
    if (length == answer.headers.end()) {
        while (receive_more()) continue;
        answer.body = std::move(received_);
        received_.clear();
        return true;
    }
    const std::size_t size = std::stoul(length->second);
    while (received_.size() < size) {
        if (!receive_more()) return false;
    }
    answer.body = received_.substr(0, size);
    received_.erase(0, size);
    return true;
}

std::optional<HttpAnswer> HttpClient::read_answer() {
    deadline_ = std::chrono::steady_clock::now() + limit_;
    const std::optional<std::string> head = take_until_blank_line();
    if (!head) {
        close();
        return std::nullopt;
    }
    HttpAnswer answer = parse_head(*head);
    if (!take_body(answer)) throw std::runtime_error("the connection ended within a body");
    answered_ = true;
    const auto connection = answer.headers.find("connection");
    if (connection != answer.headers.end() && to_lower(connection->second) == "close") close();
    return answer;
}

// A server may close an idle connection at any moment. When that hits a connection it had answered on before,
// the request goes out once more on a new one, as Mautic's own client does.
std::optional<HttpAnswer> HttpClient::exchange(const std::string& request) {
    const bool reused = answered_;
    if (send_bytes(request)) {
        if (auto answer = read_answer()) return answer;
    }
    close();
    if (!reused || !send_bytes(request)) return std::nullopt;
    return read_answer();
}

std::optional<HttpAnswer> HttpClient::get(std::string_view path) {
    return exchange("GET " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n");
}

std::optional<HttpAnswer> HttpClient::post(std::string_view path, std::string_view body,
                                           std::string_view secret, const Headers& headers) {
    std::string request = "POST " + std::string(path) + " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    request += "User-Agent: GuzzleHttp/7\r\nContent-Type: application/json\r\n";
    if (!secret.empty()) request += "Webhook-Signature: " + webhook_signature(body, secret) + "\r\n";
    for (const auto& [name, value] : headers) request += name + ": " + value + "\r\n";
    request += "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n";
    return exchange(request.append(body));
}

std::string webhook_signature(std::string_view body, std::string_view secret) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> code;
    unsigned int size = 0;
    HMAC(EVP_sha256(), secret.data(), static_cast<int>(secret.size()),
         reinterpret_cast<const unsigned char*>(body.data()), body.size(), code.data(), &size);
    std::array<unsigned char, 2 * EVP_MAX_MD_SIZE> text;
    const int length = EVP_EncodeBlock(text.data(), code.data(), static_cast<int>(size));
    return std::string(text.begin(), text.begin() + length);
}

std::uint16_t free_port() { return free_ports(1).front(); }

}  // namespace gdprd::test
