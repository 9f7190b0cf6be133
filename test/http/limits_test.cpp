#include <sys/resource.h>
#include <unistd.h>

#include <string>

#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;
using namespace std::chrono_literals;
using gdprd::http::Limits;

TEST_CASE("A body over the limit is answered with 413 before the connection closes") {
    Limits limits;
    limits.body_bytes_max = 100'000;
    RunningServer server(limits);
    RawClient client(server.port());
    const std::string large(2'000'000, 'x');

    SECTION("by its announced length") { client.send(post("/echo", large)); }
    SECTION("by its announced length, one byte too long") {
        client.send(post("/echo", large.substr(0, 100'001)));
    }
    SECTION("by its announced length, before it is sent") {
        client.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 100001\r\n\r\n");
    }
    SECTION("by an absurd length") {
        client.send("POST /echo HTTP/1.1\r\nContent-Length: 9999999999999\r\n\r\n");
    }
    SECTION("by one chunk") {
        client.send("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1E8480\r\n" + large);
    }
    SECTION("by many chunks") {
        std::string request = "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
        for (int chunk = 0; chunk < 21; ++chunk) request += "1388\r\n" + large.substr(0, 5000) + "\r\n";
        client.send(request);
    }
    SECTION("by chunks, with leave to send them") {
        client.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nTransfer-Encoding: chunked\r\n\r\n");
        CHECK(client.receive().status == 100);
        client.send("1E8480\r\n" + large);
    }
    SECTION("for a path that does not exist") { client.send(post("/nothing", large)); }

    const RawAnswer answer = client.receive();
    CHECK(answer.status == 413);
    CHECK(answer.field("Connection") == "close");
    client.finish_sending();
    CHECK(client.receive_all().empty());
    CHECK(server.statistics().requests_too_large == 1);
    CHECK(server.gate.calls().empty());
}

TEST_CASE("A body of exactly the limit is taken") {
    Limits limits;
    limits.body_bytes_max = 100'000;
    RunningServer server(limits);
    RawClient client(server.port());
    client.send(post("/echo", std::string(100'000, 'x')));
    CHECK(client.receive().status == 200);
}

TEST_CASE("A header over the limit is answered with 431") {
    Limits limits;
    limits.header_bytes_max = 4096;
    RunningServer server(limits);
    RawClient client(server.port());

    SECTION("one long field") {
        client.send(post("/echo", "abc", "X-Long: " + std::string(5000, 'x') + "\r\n"));
    }
    SECTION("a line that never ends") {
        client.send("POST /echo HTTP/1.1\r\nX-Long: " + std::string(100'000, 'x'));
    }
    SECTION("a target that never ends") { client.send("GET /" + std::string(100'000, 'x')); }
    SECTION("many short fields, each in a packet of its own") {
        client.send("POST /echo HTTP/1.1\r\n");
        for (int field = 0; field < 500; ++field) {
            if (!client.send("X-Field: 0123456789\r\n")) break;
        }
    }
    CHECK(client.receive().status == 431);
    client.finish_sending();
    CHECK(client.receive_all().empty());
    CHECK(server.statistics().requests_too_large == 1);
}

TEST_CASE("Connections over the limit are closed at once and counted") {
    Limits limits;
    limits.connections_max = 2;
    RunningServer server(limits);
    RawClient first(server.port());
    RawClient second(server.port());
    first.send(get("/hello"));
    second.send(get("/hello"));
    CHECK(first.receive().status == 200);
    CHECK(second.receive().status == 200);
    {
        RawClient third(server.port());
        CHECK(third.receive_all().empty());
    }
    CHECK(server.statistics().connections_refused == 1);
    CHECK(server.statistics().connections_accepted == 3);
    CHECK(server.statistics().connections_open == 2);

    { const RawClient gone = std::move(first); }
    CHECK(eventually([&] { return server.statistics().connections_open == 1; }));
    RawClient fourth(server.port());
    fourth.send(get("/hello"));
    CHECK(fourth.receive().status == 200);
}

TEST_CASE("Bodies wait for memory that other bodies hold") {
    Limits limits;
    limits.body_bytes_max = 1000;
    limits.bodies_bytes_max = 1500;
    RunningServer server(limits);
    const std::string head = "POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n";
    const std::string body(1000, 'x');
    RawClient first(server.port());
    RawClient second(server.port());
    RawClient third(server.port());
    first.send(head);
    CHECK(first.receive().status == 100);
    second.send(head);
    third.send(get("/hello"));
    CHECK(third.receive().status == 200);  // the second's header came earlier, so it has been seen
    CHECK_FALSE(second.has_input());

    SECTION("until the first is answered") {
        first.send(body);
        CHECK(first.receive().status == 200);
    }
    SECTION("until the first is gone") { const RawClient gone = std::move(first); }
    CHECK(second.receive().status == 100);
    second.send(body);
    CHECK(second.receive().body == body);
}

TEST_CASE("A body that waits for memory in vain is closed at its deadline and leaves the line") {
    Limits limits;
    limits.body_bytes_max = 1000;
    limits.bodies_bytes_max = 1000;
    limits.body_timeout = 200ms;
    RunningServer server(limits);
    server.gate.shut();
    const std::string body(1000, 'x');
    RawClient first(server.port());
    first.send(post("/echo", body));
    REQUIRE(eventually([&] { return server.gate.somebody_waits(); }));
    RawClient second(server.port());
    second.send(post("/echo", body));
    CHECK(second.receive_all().empty());
    server.gate.open();
    CHECK(first.receive().status == 200);
    first.send(post("/echo", body));
    CHECK(first.receive().status == 200);
    CHECK(server.statistics().requests_timed_out == 1);
}

TEST_CASE("Connections that stand still are closed at their deadline") {
    Limits limits;
    std::string sent;
    std::uint64_t timed_out = 1;
    SECTION("nothing ever sent") {
        limits.header_timeout = 100ms;
        timed_out = 0;
    }
    SECTION("half a header") {
        limits.header_timeout = 100ms;
        sent = "POST /echo HTT";
    }
    SECTION("half a body") {
        limits.body_timeout = 100ms;
        sent = "POST /echo HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
    }
    SECTION("half a chunk") {
        limits.body_timeout = 100ms;
        sent = "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc";
    }
    SECTION("half a body that nobody wants") {
        limits.body_timeout = 100ms;
        sent = "POST /nothing HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc";
    }
    RunningServer server(limits);
    RawClient client(server.port());
    client.send(sent);
    CHECK(client.receive_all().empty());
    CHECK(server.statistics().requests_timed_out == timed_out);
    CHECK(eventually([&] { return server.statistics().connections_open == 0; }));
}

TEST_CASE("A client that keeps dripping bytes does not move the deadline") {
    Limits limits;
    limits.header_timeout = 200ms;
    RunningServer server(limits);
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\nX-Slow: ");
    CHECK(eventually([&] { return !client.send("x"); }));
    CHECK(server.statistics().requests_timed_out == 1);
}

TEST_CASE("An idle connection is closed, and that is not a request that timed out") {
    Limits limits;
    limits.idle_timeout = 100ms;
    RunningServer server(limits);
    RawClient client(server.port());
    client.send(get("/hello"));
    CHECK(client.receive().status == 200);
    CHECK(client.receive_all().empty());
    CHECK(server.statistics().requests_timed_out == 0);
}

TEST_CASE("A client that does not read its answer is closed") {
    Limits limits;
    limits.write_timeout = 100ms;
    RunningServer server(limits);
    RawClient client(server.port());
    client.receive_buffer_bytes(4096);
    client.send(get("/large"));
    CHECK(eventually([&] { return server.statistics().requests_timed_out == 1; }));
    CHECK(eventually([&] { return server.statistics().connections_open == 0; }));
    CHECK(client.receive_all().size() < RunningServer::large_body_bytes);
}

TEST_CASE("A client that does not go away after a refusal is closed") {
    Limits limits;
    limits.body_timeout = 100ms;
    RunningServer server(limits);
    RawClient client(server.port());
    client.send("nonsense\r\n\r\n");
    CHECK(client.receive().status == 400);
    CHECK(eventually([&] { return server.statistics().connections_open == 0; }));
}

// Not under the sanitizers of undefined behaviour: their own checks open a pipe, and report an error without
// it.
#ifndef __SANITIZE_ADDRESS__
TEST_CASE("Without file descriptors the server waits, and serves when there are some again") {
    RunningServer server;
    RawClient before(server.port());
    before.send(get("/hello"));
    CHECK(before.receive().status == 200);

    // A client needs one descriptor and the server another: leave exactly one.
    const int lowest_free = ::dup(STDIN_FILENO);
    ::close(lowest_free);
    rlimit usual{};
    ::getrlimit(RLIMIT_NOFILE, &usual);
    rlimit tight = usual;
    tight.rlim_cur = static_cast<rlim_t>(lowest_free) + 1;
    ::setrlimit(RLIMIT_NOFILE, &tight);
    RawClient starved(server.port());
    starved.send(get("/hello"));
    before.send(get("/hello"));
    const int status = before.receive().status;  // the loop has turned and met the refusal
    const auto accepted = server.statistics().connections_accepted;
    ::setrlimit(RLIMIT_NOFILE, &usual);
    CHECK(status == 200);
    CHECK(accepted == 1);
    CHECK(starved.receive().status == 200);
}
#endif
