#include <atomic>
#include <memory>
#include <string>

#include "base/error.h"
#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;
using namespace std::chrono_literals;
using gdprd::http::Limits;

TEST_CASE("A server may be stopped before it runs, twice, and from several threads") {
    gdprd::http::ServerOptions options;
    options.listeners.emplace_back();
    gdprd::http::Server server(options, {});
    server.stop();
    std::thread other([&] { server.stop(); });
    server.run();
    other.join();
    server.stop();
}

TEST_CASE("Stop closes idle connections and the listening socket") {
    RunningServer server;
    RawClient silent(server.port());
    RawClient idle(server.port());
    idle.send(get("/hello"));
    CHECK(idle.receive().status == 200);
    REQUIRE(eventually([&] { return server.statistics().connections_open == 2; }));
    const auto port = server.port();
    server.server->stop();
    CHECK(silent.receive_all().empty());
    CHECK(idle.receive_all().empty());
    server.join();
    CHECK_THROWS(RawClient(port));
}

TEST_CASE("Stop lets a request in flight have its answer") {
    RunningServer server;
    server.gate.shut();
    RawClient in_handler(server.port());
    in_handler.send(post("/echo", "in flight"));
    REQUIRE(eventually([&] { return server.gate.somebody_waits(); }));
    RawClient in_body(server.port());
    in_body.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(in_body.receive().status == 100);
    RawClient idle(server.port());
    REQUIRE(eventually([&] { return server.statistics().connections_open == 3; }));

    server.server->stop();
    CHECK(idle.receive_all().empty());  // so the others know it too
    in_body.send("abc");
    server.gate.open();
    for (RawClient* client : {&in_handler, &in_body}) {
        const RawAnswer answer = client->receive();
        CHECK(answer.status == 200);
        CHECK(answer.field("Connection") == "close");
        CHECK(client->receive_all().empty());
    }
    server.join();
}

TEST_CASE("What is not finished at the end of the drain is cut off") {
    Limits limits;
    limits.drain_timeout = 100ms;
    RunningServer server(limits);
    RawClient client(server.port());
    client.send("POST /echo HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
    CHECK(client.receive().status == 100);
    server.server->stop();
    CHECK(client.receive_all().empty());
    server.join();
}

TEST_CASE("A request that is still with its handler at the end of the drain ends with it") {
    Limits limits;
    limits.drain_timeout = 50ms;
    RunningServer server(limits);
    server.gate.shut();
    RawClient client(server.port());
    client.send(post("/echo", "x"));
    REQUIRE(eventually([&] { return server.gate.somebody_waits(); }));
    server.server->stop();
    CHECK(client.receive_all().empty());
    server.gate.open();
    server.join();
}

TEST_CASE("The periodic task runs on the socket thread until the stop, and may call it") {
    RunningServer server;
    std::atomic<int> ticks{0};
    server.server->every(1ms, [&] {
        if (++ticks == 3) server.server->stop();
    });
    server.join();
    CHECK(ticks >= 3);
}

TEST_CASE("A periodic task that fails goes on") {
    RunningServer server;
    std::atomic<int> ticks{0};
    server.server->every(1ms, [&] {
        ++ticks;
        throw std::runtime_error("made to fail");
    });
    CHECK(eventually([&] { return ticks >= 3; }));
}

TEST_CASE("Several listeners have their own ports and routes") {
    RunningServer server({}, {{}, {}});
    CHECK(server.port(0) != server.port(1));
    for (const std::size_t listener : {0U, 1U}) {
        RawClient client(server.port(listener));
        client.send(get("/hello"));
        CHECK(client.receive().status == 200);
    }
}

TEST_CASE("An address that cannot be listened on is named") {
    RunningServer running;
    struct Row {
        const char* name;
        const char* address;
        std::uint16_t port;
        const char* message;
        bool is_mistake;  // of the configuration; the others are the machine's and may pass
    };
    const Row rows[] = {
        {"in use", "127.0.0.1", running.port(), "Address already in use", false},
        {"not ours", "192.0.2.1", 0, "Cannot assign requested address", false},
        {"a name", "localhost", 0, "cannot listen on localhost port 0: not an IP address", true},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        gdprd::http::Listener listener;
        listener.address = row.address;
        listener.port = row.port;
        gdprd::http::ServerOptions options;
        options.listeners.push_back(listener);
        bool is_mistake = false;
        try {
            gdprd::http::Server(options, {});
        } catch (const gdprd::ConfigurationError&) {
            is_mistake = true;
        } catch (const gdprd::Error&) {
        }
        CHECK(is_mistake == row.is_mistake);
        CHECK_THROWS_WITH(gdprd::http::Server(options, {}), ContainsSubstring(row.message) &&
                                                                ContainsSubstring(row.address) &&
                                                                ContainsSubstring(std::to_string(row.port)));
    }
}
