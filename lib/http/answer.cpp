#include "http/answer.h"

#include <boost/beast/http/status.hpp>

namespace gdprd::http {
namespace {

std::string_view reason_of(int status) {
    const auto known = boost::beast::http::int_to_status(static_cast<unsigned>(status));
    const auto reason = boost::beast::http::obsolete_reason(known);
    return {reason.data(), reason.size()};
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
