// A server that answers as a test says, byte by byte: well-behaved or not, plain or over TLS. One connection
// after the other, one request a connection.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/certificate.h"

namespace gdprd::test {

struct SeenRequest {
    std::string method;
    std::string target;
    std::string head;  // request line and fields, up to the empty line
    std::string body;

    // The value of a field, "" when it is absent; the name in any case.
    std::string field(std::string_view name) const;
};

struct Reply {
    std::string bytes;      // of the whole answer; "" closes without one
    bool trickles = false;  // byte by byte with pauses, again and again, until the client has gone
};

// An answer with the fields that every server sends.
std::string http_answer(int status, std::string_view content_type, std::string_view body,
                        std::string_view fields = {});

class AnswerServer {
  public:
    using Answer = std::function<Reply(const SeenRequest&)>;  // called on the server's thread

    // `port`: 0 for any free one; another one for a server that comes back.
    explicit AnswerServer(Answer answer, std::uint16_t port = 0);
    AnswerServer(Answer answer, const Certificate& certificate);
    ~AnswerServer();
    AnswerServer(const AnswerServer&) = delete;
    AnswerServer& operator=(const AnswerServer&) = delete;

    std::uint16_t port() const;  // of 127.0.0.1
    std::vector<SeenRequest> requests() const;
    std::size_t connections() const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::test
