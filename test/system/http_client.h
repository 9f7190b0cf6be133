// A small blocking HTTP/1.1 client for tests. It does what it is told, wrong things too, and tells apart the
// two things that matter to Mautic: an answer, whatever it says, and a connection that ends without one.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gdprd::test {

struct HttpAnswer {
    int status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

// One connection, made when first needed and again after the server closed it. One thread at a time.
class HttpClient {
  public:
    using Headers = std::vector<std::pair<std::string, std::string>>;

    // `limit`: how long any one call may take before it throws std::runtime_error.
    explicit HttpClient(std::uint16_t port, std::chrono::milliseconds limit = std::chrono::seconds(30));
    ~HttpClient();
    HttpClient(const HttpClient&) = delete;
    HttpClient& operator=(const HttpClient&) = delete;

    // Nothing when there is no server, or when it closed the connection without an answer.
    std::optional<HttpAnswer> get(std::string_view path);
    // Adds Content-Length, Content-Type and, with a secret, the signature as Mautic makes it.
    std::optional<HttpAnswer> post(std::string_view path, std::string_view body, std::string_view secret = {},
                                   const Headers& headers = {});

    // For everything a well-behaved client would not do. False when the server is not there or went away.
    bool send_bytes(std::string_view bytes);
    // The next answer on this connection; an interim one (100) counts.
    std::optional<HttpAnswer> read_answer();

    void close();
    bool is_open() const { return socket_ >= 0; }

  private:
    bool connect();
    bool wait_for(short events);
    bool receive_more();
    std::optional<std::string> take_until_blank_line();
    bool take_body(HttpAnswer& answer);
    std::optional<HttpAnswer> exchange(const std::string& request);

    const std::uint16_t port_;
    const std::chrono::milliseconds limit_;
    std::chrono::steady_clock::time_point deadline_;
    int socket_ = -1;
    bool answered_ = false;  // on this connection
    std::string received_;   // and not yet used
};

// base64(HMAC-SHA256(body)), the value of Webhook-Signature.
std::string webhook_signature(std::string_view body, std::string_view secret);

// A port of 127.0.0.1 that nobody listens on right now.
std::uint16_t free_port();

}  // namespace gdprd::test
