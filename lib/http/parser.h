// Reads a request from bytes and keeps only what the daemon wants to know: no container of header fields is
// built. Grammar and limits are Beast's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include <boost/beast/http/basic_parser.hpp>

#include "http/server.h"

namespace gdprd::http {

// What is kept of a header. Lives with the connection, so that its strings keep their memory.
struct RequestHead {
    std::string method;
    std::string target;
    std::string signature;  // the header "Webhook-Signature"
    unsigned signature_count = 0;
    Fields fields;  // those that are kept
    bool http_1_0 = false;
    bool expects_continue = false;

    void clear();
};

// One request. `head`, `body` and `kept_fields` are the caller's and must outlive the parser; the first two
// start out cleared.
class RequestParser : public boost::beast::http::basic_parser<true> {
  public:
    RequestParser(RequestHead& head, std::string& body, const Limits& limits,
                  const std::vector<std::string>& kept_fields);

    // From now on the body is read and thrown away (its limit stays).
    void discard_body() { discarding_ = true; }

    // What the body may take in memory at most. After the header.
    std::size_t body_bytes_expected() const;

  private:
    using View = boost::beast::string_view;
    using Code = boost::beast::error_code;

    void on_request_impl(boost::beast::http::verb, View method, View target, int version, Code&) override;
    void on_response_impl(int, View, int, Code&) override {}
    void on_field_impl(boost::beast::http::field, View name, View value, Code&) override;
    void on_header_impl(Code&) override { header_complete_ = true; }
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, Code&) override;
    std::size_t on_body_impl(View bytes, Code&) override;
    void on_chunk_header_impl(std::uint64_t, View, Code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t, View bytes, Code&) override;
    void on_finish_impl(Code&) override {}

    RequestHead& head_;
    std::string& body_;
    const std::vector<std::string>& kept_fields_;
    std::size_t body_bytes_max_;
    bool header_complete_ = false;
    bool discarding_ = false;
};

}  // namespace gdprd::http
