#include <openssl/tls1.h>

#include <string>

#include "base/error.h"
#include "http/certificate.h"
#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"
#include "support/temporary_directory.h"

using namespace gdprd::test;
using namespace std::chrono_literals;
using gdprd::http::Limits;
using gdprd::http::Listener;

namespace {

class TlsFiles {
  public:
    TlsFiles() {
        const Certificate made = make_certificate();
        listener.certificate_file = directory.write("certificate.pem", made.certificate_pem).string();
        listener.key_file = directory.write("key.pem", made.key_pem).string();
    }

    TemporaryDirectory directory;
    Listener listener;
};

void check_refused(const Listener& listener, const std::string& message) {
    gdprd::http::ServerOptions options;
    options.listeners.push_back(listener);
    CHECK_THROWS_AS(gdprd::http::Server(options, {}), gdprd::ConfigurationError);
    CHECK_THROWS_WITH(gdprd::http::Server(options, {}), ContainsSubstring(message));
}

}  // namespace

TEST_CASE("Requests over TLS are answered like plain ones") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
        RawClient client = RawClient::over_tls(server.port(), version);
        const std::string body(200'000, 'b');
        client.send(post("/echo", "abc") + get("/hello"));
        CHECK(client.receive().body == "abc");
        CHECK(client.receive().body == "hello");
        client.send(post("/echo", body));
        CHECK((client.receive().body == body));
        client.send("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n");
        CHECK(client.receive().status == 200);
        CHECK(client.receive_all().empty());
    }
}

TEST_CASE("An answer larger than a TLS record arrives whole") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    RawClient client = RawClient::over_tls(server.port());
    client.send(get("/large"));
    CHECK(client.receive().body.size() == RunningServer::large_body_bytes);
}

TEST_CASE("TLS 1.1 is refused") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    CHECK_THROWS(RawClient::over_tls(server.port(), TLS1_1_VERSION));
    CHECK(eventually([&] { return server.statistics().requests_malformed == 1; }));
}

TEST_CASE("Plain HTTP on a TLS port gets no answer in plain text") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    RawClient client(server.port());
    client.send(get("/hello"));
    CHECK(client.receive_all().find("HTTP") == std::string::npos);
    CHECK(server.statistics().requests == 0);
}

TEST_CASE("A handshake that does not go on is closed at its deadline") {
    const TlsFiles files;
    Limits limits;
    limits.header_timeout = 100ms;
    RunningServer server(limits, {files.listener});
    RawClient client(server.port());
    client.send("\x16\x03\x01");
    client.receive_all();
    CHECK(eventually([&] { return server.statistics().connections_open == 0; }));
}

TEST_CASE("413 arrives over TLS too") {
    const TlsFiles files;
    Limits limits;
    limits.body_bytes_max = 1000;
    RunningServer server(limits, {files.listener});
    RawClient client = RawClient::over_tls(server.port());
    client.send(post("/echo", std::string(500'000, 'x')));
    CHECK(client.receive().status == 413);
}

TEST_CASE("A drop over TLS sends nothing") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    RawClient client = RawClient::over_tls(server.port());
    client.send(post("/drop", "x"));
    CHECK(client.receive_all().empty());
}

TEST_CASE("Stop ends idle TLS connections") {
    const TlsFiles files;
    RunningServer server({}, {files.listener});
    RawClient client = RawClient::over_tls(server.port());
    client.send(get("/hello"));
    CHECK(client.receive().status == 200);
    server.server->stop();
    CHECK(client.receive_all().empty());
    server.join();
}

TEST_CASE("Files that do not make a TLS listener are named") {
    const TlsFiles files;
    Listener listener = files.listener;
    SECTION("certificate missing") {
        listener.certificate_file = (files.directory / "no-such.pem").string();
        check_refused(listener, "no-such.pem");
    }
    SECTION("key missing") {
        listener.key_file = (files.directory / "no-such-key.pem").string();
        check_refused(listener, "no-such-key.pem");
    }
    SECTION("certificate is not one") {
        listener.certificate_file = files.directory.write("nonsense.pem", "nonsense").string();
        check_refused(listener, "nonsense.pem");
    }
    SECTION("key of another certificate") {
        listener.key_file = files.directory.write("other.pem", make_certificate().key_pem).string();
        check_refused(listener, "other.pem");
    }
    SECTION("one of the two alone") {
        listener.key_file.clear();
        check_refused(listener, "must be set together");
    }
}
