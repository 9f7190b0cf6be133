#include "http/answer.h"

#include <algorithm>

#include <boost/beast/http/status.hpp>

#include "base/error.h"

namespace gdprd::http {
namespace {

std::string_view reason_of(int status) {
    const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
    const auto reason = boost::beast::http::obsolete_reason(known);
    return {reason.data(), reason.size()};
}

// A line's end in a value would begin a field, or a body, of its own.
void check_field(const std::string& name, const std::string& value) {
    const auto is_control = [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte < 0x20 && c != '\t') || byte == 0x7f;
    };
    if (std::any_of(name.begin(), name.end(), is_control) ||
        std::any_of(value.begin(), value.end(), is_control)) {
        throw Error("an answer's field has a control character in it");
    }
}

}  // namespace

void compose(std::string& out, const Response& response, const AnswerForm& form) {
    const bool bodiless = response.status == 204 || response.status == 304;
    out.assign("HTTP/1.1 ");
    out += std::to_string(response.status);
    out += ' ';
    out += reason_of(response.status);
    out += "\r\n";
    if (!form.keep_alive) {
        out += "Connection: close\r\n";
    } else if (form.http_1_0) {
        out += "Connection: keep-alive\r\n";
    }
    if (!form.allow.empty()) {
        out += "Allow: ";
        out += form.allow;
        out += "\r\n";
    }
    for (const auto& [name, value] : response.fields) {
        check_field(name, value);
        out += name;
        out += ": ";
        out += value;
        out += "\r\n";
    }
    if (!bodiless) {
        if (!response.content_type.empty()) {
            out += "Content-Type: ";
            out += response.content_type;
            out += "\r\n";
        }
        out += "Content-Length: ";
        out += std::to_string(response.body.size());
        out += "\r\n";
    }
    out += "\r\n";
    if (!bodiless && !form.head) out += response.body;
}

}  // namespace gdprd::http
