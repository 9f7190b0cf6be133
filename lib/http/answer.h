// The bytes of an answer. Pure.
#pragma once

#include <string>
#include <string_view>

#include "http/server.h"

namespace gdprd::http {

// What the request decides about the form of its answer.
struct AnswerForm {
    bool keep_alive = true;
    bool http_1_0 = false;   // such a client has to be told that the connection stays open
    bool head = false;       // length of the body, but not the body
    std::string_view allow;  // for 405
};

// Interim answer to `Expect: 100-continue`.
inline constexpr std::string_view continue_answer = "HTTP/1.1 100 Continue\r\n\r\n";

// Replaces `out` with head and body in one piece, so that an answer is one write and one TLS record.
// Throws Error for a control character in a field. 204 and 304 carry neither a body nor a Content-Length (RFC
// 9110, section 8.6).
void compose(std::string& out, const Response& response, const AnswerForm& form);

}  // namespace gdprd::http
