#include "http/parser.h"

#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>

namespace gdprd::http {

namespace beast = boost::beast;

void RequestHead::clear() {
    method.clear();
    target.clear();
    signature.clear();
    signature_count = 0;
    fields.clear();
    http_1_0 = false;
    expects_continue = false;
}

RequestParser::RequestParser(RequestHead& head, std::string& body, const Limits& limits,
                             const std::vector<std::string>& kept_fields)
    : head_(head), body_(body), kept_fields_(kept_fields), body_bytes_max_(limits.body_bytes_max) {
    header_limit(static_cast<std::uint32_t>(limits.header_bytes_max));
    body_limit(static_cast<std::uint64_t>(limits.body_bytes_max));
    eager(false);
}

std::size_t RequestParser::body_bytes_expected() const {
    if (const auto length = content_length()) return static_cast<std::size_t>(*length);
    return chunked() ? body_bytes_max_ : 0;
}

void RequestParser::on_request_impl(beast::http::verb, View method, View target, int version, Code&) {
    head_.method.assign(method.data(), method.size());
    head_.target.assign(target.data(), target.size());
    head_.http_1_0 = version < 11;
}

void RequestParser::on_field_impl(beast::http::field field, View name, View value, Code& error) {
    if (header_complete_) return;  // trailers of a chunked body mean nothing to us
    if (field == beast::http::field::transfer_encoding && !beast::iequals(value, "chunked")) {
        // Beast would take such a request for one without a body, and its body for the next request.
        error = beast::http::error::bad_transfer_encoding;
        return;
    }
    if (field == beast::http::field::expect) {
        head_.expects_continue = beast::iequals(value, "100-continue");
    } else if (field == beast::http::field::unknown && beast::iequals(name, "Webhook-Signature")) {
        ++head_.signature_count;
        head_.signature.assign(value.data(), value.size());
    }
    for (const std::string& kept : kept_fields_) {
        if (beast::iequals(name, kept)) head_.fields.emplace_back(kept, std::string(value));
    }
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) {
    if (length && !discarding_) body_.reserve(static_cast<std::size_t>(*length));
}

std::size_t RequestParser::on_body_impl(View bytes, Code&) {
    if (!discarding_) body_.append(bytes.data(), bytes.size());
    return bytes.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, View bytes, Code&) {
    if (!discarding_) body_.append(bytes.data(), bytes.size());
    return bytes.size();
}

}  // namespace gdprd::http
