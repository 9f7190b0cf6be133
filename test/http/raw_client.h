// A blocking client that sends exactly the bytes it is told, plain or TLS, and never waits for ever.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace gdprd::test {

struct RawAnswer {
    int status = 0;
    std::string head;  // status line and fields, up to the empty line
    std::string body;

    // The value of a field, "" when it is absent. The name's case matters.
    std::string field(std::string_view name) const;
};

class RawClient {
  public:
    // Connects to 127.0.0.1; throws std::runtime_error when that fails.
    explicit RawClient(std::uint16_t port);
    // The same with a TLS handshake that trusts everybody; `version_max` as in openssl/tls1.h, 0: newest.
    static RawClient over_tls(std::uint16_t port, int version_max = 0);
    ~RawClient();
    RawClient(RawClient&&) noexcept;
    RawClient& operator=(RawClient&&) noexcept;

    // False when the other side has closed.
    bool send(std::string_view bytes);
    // No more bytes will come from this side.
    void finish_sending();
    void receive_buffer_bytes(int bytes);

    // The next answer; `head_only` for the answer to HEAD. Throws std::runtime_error when the connection ends
    // or nothing comes for 20 seconds.
    RawAnswer receive(bool head_only = false);
    // Everything until the connection ends, by FIN or reset. Throws when it does not end within 20 seconds.
    std::string receive_all();
    // True when something, bytes or the end, can be read without waiting.
    bool has_input() const;

  private:
    struct Tls;

    bool fill();

    int socket_ = -1;
    std::unique_ptr<Tls> tls_;
    std::string received_;
};

// A request with the fields every client sends. `fields` are complete lines.
std::string post(std::string_view path, std::string_view body, std::string_view fields = {});
std::string get(std::string_view path);

}  // namespace gdprd::test
