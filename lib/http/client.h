// A blocking client for few requests at a time: one connection a request, a limit on everything. Redirects
// are not followed and nothing is sent but what the caller gives. Any thread.
#pragma once

#include <chrono>
#include <cstddef>
#include <stop_token>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/url.h"

namespace gdprd::http {

struct ClientOptions {
    std::string ca_file;  // PEM; "": the certificate authorities that this system trusts
    std::chrono::milliseconds connect_timeout{5'000};  // for each of a host's addresses
    std::chrono::milliseconds timeout{30'000};         // from the TLS handshake to the end of the answer
    std::size_t body_bytes_max = 4 * 1024 * 1024;
    // An answer ends with its header; its body is not read.
    bool status_is_enough = false;
    // Ends a request within a moment, the look-up of the name included, whose thread is then left to itself.
    std::stop_token stop{};
};

struct ClientRequest {
    std::string method = "GET";
    std::vector<std::pair<std::string, std::string>> fields;  // besides Host, User-Agent and Content-Length
    std::string body;
};

struct ClientAnswer {
    std::string address;  // that answered
    int status = 0;
    // Header fields, "" when absent. Whoever answers wrote them: they are not for a terminal as they are.
    std::string content_type;
    std::string location;
    std::string authenticate;  // WWW-Authenticate
    std::string retry_after;
    std::string body;
};

// How far a request got that brought no answer.
enum class ClientFailure {
    name_unknown,   // the host has no address
    not_connected,  // none of its addresses takes connections
    tls,            // no TLS, or a certificate that does not prove who it is
    closed,         // connected, and closed without an answer
    timed_out,      // connected, and no whole answer in time
    not_http,       // something else than HTTP/1.1 came back
    too_large,      // a header beyond 16 KiB or a body beyond body_bytes_max
    stopped,        // ClientOptions::stop; whether the request arrived is not known
};

class ClientError : public Error {
  public:
    ClientError(ClientFailure failure, std::string address, const std::string& reason)
        : Error(reason), failure_(failure), address_(std::move(address)) {}

    ClientFailure failure() const { return failure_; }
    const std::string& address() const { return address_; }  // "" when there is none, or several were tried

  private:
    ClientFailure failure_;
    std::string address_;
};

// The answer, whatever its status; interim ones (1xx) are skipped. TLS is 1.2 or newer, and the certificate
// must be the host's. Throws ClientError, and ConfigurationError when `ca_file` cannot be used. How long a
// name server may take is the system's (resolv.conf(5)), usually ten seconds.
ClientAnswer exchange(const Url& url, const ClientRequest& request, const ClientOptions& options);

}  // namespace gdprd::http
