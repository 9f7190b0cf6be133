// The client against servers that do what they like.
#include <atomic>
#include <chrono>

#include "http/answer_server.h"
#include "http/certificate.h"
#include "http/client.h"
#include "support/catch.h"
#include "support/free_ports.h"
#include "support/temporary_directory.h"

using namespace gdprd;
using namespace gdprd::test;
using namespace std::chrono_literals;
using http::ClientAnswer;
using http::ClientError;
using http::ClientFailure;
using http::ClientOptions;
using http::ClientRequest;

namespace {

Url url_of(const AnswerServer& server, const std::string& target = "/", const std::string& scheme = "http") {
    return *parse_url(scheme + "://localhost:" + std::to_string(server.port()) + target);
}

ClientOptions quick() {
    ClientOptions options;
    options.timeout = 300ms;
    options.body_bytes_max = 100'000;
    return options;
}

struct Failed {
    ClientFailure failure;
    std::string text;
};

Failed failure_of(const Url& url, const ClientOptions& options = {}) {
    try {
        const ClientAnswer answer = http::exchange(url, {}, options);
        FAIL("status " << answer.status);
        throw std::logic_error("not reached");
    } catch (const ClientError& error) {
        return {error.failure(), error.what()};
    }
}

Failed failure_of(const std::string& answer, const ClientOptions& options = quick()) {
    const AnswerServer server([&](const SeenRequest&) { return Reply{answer}; });
    return failure_of(url_of(server), options);
}

}  // namespace

TEST_CASE("A request goes out as it was given, and the answer comes back") {
    const AnswerServer server([](const SeenRequest&) {
        return Reply{http_answer(201, "application/json", "{}",
                                 "Location: /elsewhere\r\nWWW-Authenticate: Basic\r\n")};
    });
    ClientRequest request;
    request.method = "PATCH";
    request.fields = {{"Authorization", "Bearer token"}};
    request.body = "{\"a\":1}";
    const ClientAnswer answer = http::exchange(url_of(server, "/mautic/api?x=1"), request, {});
    CHECK(answer.status == 201);
    CHECK(answer.address == "127.0.0.1");  // though localhost may be ::1 first
    CHECK(answer.content_type == "application/json");
    CHECK(answer.location == "/elsewhere");
    CHECK(answer.authenticate == "Basic");
    CHECK(answer.body == "{}");
    const auto seen = server.requests();
    REQUIRE(seen.size() == 1);
    CHECK(seen[0].method == "PATCH");
    CHECK(seen[0].target == "/mautic/api?x=1");
    CHECK(seen[0].field("Host") == "localhost:" + std::to_string(server.port()));
    CHECK(seen[0].field("Authorization") == "Bearer token");
    CHECK(seen[0].field("Connection") == "close");
    CHECK(seen[0].body == "{\"a\":1}");
}

TEST_CASE("Answers of every form are read") {
    const std::pair<std::string, std::string> cases[] = {
        {"HTTP/1.1 204 No Content\r\n\r\n", ""},
        {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n", "abcde"},
        {"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"},
        {"HTTP/1.0 200 OK\r\n\r\nold", "old"},
        {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
         "Content-Length: 1\r\n\r\nx",
         "x"},
        {"HTTP/1.1 301 Moved\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n", ""},
    };
    for (const auto& [bytes, body] : cases) {
        CAPTURE(bytes);
        const AnswerServer server([&answer = bytes](const SeenRequest&) { return Reply{answer}; });
        CHECK(http::exchange(url_of(server), {}, quick()).body == body);
        CHECK(server.connections() == 1);  // a redirect is the caller's concern
    }
}

TEST_CASE("What is no answer says what it is") {
    CHECK(failure_of("").failure == ClientFailure::closed);
    CHECK(failure_of("SSH-2.0-OpenSSH_9.2\r\n").failure == ClientFailure::not_http);
    CHECK(failure_of("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nabc").failure == ClientFailure::not_http);
    CHECK(failure_of("HTTP/1.1 200 OK\r\nContent-Le").failure == ClientFailure::not_http);
    CHECK(failure_of("HTTP/1.1 200 OK\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n").failure ==
          ClientFailure::too_large);
    CHECK(failure_of(http_answer(200, "text/html", std::string(200'000, 'x'))).failure ==
          ClientFailure::too_large);
    CHECK(failure_of("HTTP/1.1 200 OK\r\n\r\n" + std::string(200'000, 'x')).failure ==
          ClientFailure::too_large);
    std::string interim;
    for (int i = 0; i < 50; ++i) interim += "HTTP/1.1 100 Continue\r\n\r\n";
    CHECK(failure_of(interim).failure == ClientFailure::not_http);
}

TEST_CASE("An answer that drips ends at the time limit for all of it") {
    for (const char* bytes : {"HTTP/1.1 200 OK\r\nA: b\r\n", "x"}) {
        const AnswerServer server([&](const SeenRequest&) { return Reply{bytes, true}; });
        const auto begin = std::chrono::steady_clock::now();
        const Failed failed = failure_of(url_of(server), quick());
        const bool is_honest = failed.failure == ClientFailure::timed_out ||
                               failed.failure == ClientFailure::not_http;  // "x" is no HTTP from the start
        CHECK(is_honest);
        CHECK(std::chrono::steady_clock::now() - begin < 10s);
    }
    const AnswerServer slow([&](const SeenRequest&) {
        return Reply{"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n", true};
    });
    const Failed failed = failure_of(url_of(slow), quick());
    CHECK(failed.failure == ClientFailure::timed_out);
    CHECK_THAT(failed.text, ContainsSubstring("300 ms"));
}

TEST_CASE("A host without a server, and one without an address") {
    const auto port = std::to_string(free_ports(1).front());
    const Failed refused = failure_of(*parse_url("http://127.0.0.1:" + port));
    CHECK(refused.failure == ClientFailure::not_connected);
    CHECK_THAT(refused.text, ContainsSubstring("127.0.0.1 port " + port + ": Connection refused"));
    CHECK(failure_of(*parse_url("http://no-such-host.invalid/")).failure == ClientFailure::name_unknown);
}

TEST_CASE("TLS: the certificate must be the host's, and of a known authority") {
    const TemporaryDirectory directory;
    const auto answer = [](const SeenRequest&) { return Reply{http_answer(200, "text/plain", "safe")}; };
    const Certificate certificate = make_certificate();
    const AnswerServer server(answer, certificate);
    ClientOptions own;
    own.ca_file = directory.write("ca.pem", certificate.certificate_pem).string();
    CHECK(http::exchange(url_of(server, "/", "https"), {}, own).body == "safe");

    const auto refused = [&](const Url& url, const ClientOptions& options, const std::string& reason) {
        const Failed failed = failure_of(url, options);
        CHECK(failed.failure == ClientFailure::tls);
        CHECK_THAT(failed.text, ContainsSubstring(reason));
    };
    refused(url_of(server, "/", "https"), {}, "its certificate is not accepted: self");
    auto by_address = url_of(server, "/", "https");
    by_address.host = "127.0.0.1";
    refused(by_address, own, "IP address mismatch");
    CHECK(server.requests().size() == 1);  // nothing was sent to the others

    const Certificate other = make_certificate("other.example");
    const AnswerServer other_server(answer, other);
    own.ca_file = directory.write("other.pem", other.certificate_pem).string();
    refused(url_of(other_server, "/", "https"), own, "hostname mismatch");

    const Certificate expired = make_certificate("localhost", -60);
    const AnswerServer expired_server(answer, expired);
    own.ca_file = directory.write("expired.pem", expired.certificate_pem).string();
    refused(url_of(expired_server, "/", "https"), own, "expired");

    const AnswerServer plain(answer);
    refused(url_of(plain, "/", "https"), own, "handshake failed");
    for (const char* file : {"/nonexistent/ca.pem", "/dev/null"}) {
        own.ca_file = file;
        CHECK_THROWS_AS(http::exchange(url_of(server, "/", "https"), {}, own), ConfigurationError);
    }
}

TEST_CASE("Plain HTTP to a port with TLS is no answer") {
    const AnswerServer server([](const SeenRequest&) { return Reply{"never"}; }, make_certificate());
    const auto failure = failure_of(url_of(server), quick()).failure;
    const bool is_honest = failure == ClientFailure::closed || failure == ClientFailure::not_http;
    CHECK(is_honest);
}
