#include <string>
#include <vector>

#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;
using gdprd::http::Limits;

namespace {

// `count` clients whose requests all wait while the handler is busy with the first one's.
std::vector<RawClient> clients_behind_the_gate(RunningServer& server, std::size_t count) {
    server.gate.shut();
    std::vector<RawClient> clients;
    for (std::size_t number = 0; number < count; ++number) {
        clients.emplace_back(server.port());
        clients.back().send(post("/echo", std::to_string(number)));
        if (number == 0) REQUIRE(eventually([&] { return server.gate.somebody_waits(); }));
    }
    REQUIRE(eventually([&] { return server.statistics().requests == count; }));
    return clients;
}

void check_answers(std::vector<RawClient>& clients) {
    for (std::size_t number = 0; number < clients.size(); ++number) {
        CHECK(clients[number].receive().body == std::to_string(number));
    }
}

}  // namespace

TEST_CASE("All requests that came while the handler was busy are its next call") {
    RunningServer server;
    auto clients = clients_behind_the_gate(server, 21);
    server.gate.open();
    check_answers(clients);
    CHECK(server.gate.calls() == std::vector<std::size_t>{1, 20});
}

TEST_CASE("A call gets no more requests than the limit says") {
    Limits limits;
    limits.requests_per_commit_max = 8;
    RunningServer server(limits);
    auto clients = clients_behind_the_gate(server, 21);
    server.gate.open();
    check_answers(clients);
    CHECK(server.gate.calls() == std::vector<std::size_t>{1, 8, 8, 4});
}

TEST_CASE("A route with a lane of its own does not wait behind others") {
    RunningServer server;
    auto clients = clients_behind_the_gate(server, 5);
    RawClient quick(server.port());
    quick.send("GET /quick HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(quick.receive().status == 200);
    CHECK(server.gate.somebody_waits());
    server.gate.open();
    check_answers(clients);
}

TEST_CASE("A route of a lane that does not exist is refused") {
    gdprd::http::Route route;
    route.method = "GET";
    route.path = "/";
    route.handle = [](auto) {};
    route.lane = 1;
    gdprd::http::ServerOptions options;
    options.listeners = {{}};
    CHECK_THROWS(gdprd::http::Server(options, {route}));
}

TEST_CASE("A client that goes away while its request is handled disturbs nobody") {
    RunningServer server;
    { auto clients = clients_behind_the_gate(server, 5); }
    server.gate.open();
    RawClient client(server.port());
    client.send(post("/echo", "still there"));
    CHECK(client.receive().body == "still there");
    CHECK(eventually([&] { return server.statistics().connections_open == 1; }));
}

TEST_CASE("A handler that throws answers 500, or drops when it promised so") {
    RunningServer server;
    RawClient client(server.port());
    client.send(post("/fail", "x"));
    const RawAnswer answer = client.receive();
    CHECK(answer.status == 500);
    CHECK(answer.body.empty());

    client.send(post("/fail-silently", "x"));
    CHECK(client.receive_all().empty());

    RawClient next(server.port());
    next.send(post("/echo", "x"));
    CHECK(next.receive().status == 200);
}

TEST_CASE("A drop closes the connection without a byte") {
    RunningServer server;
    RawClient client(server.port());
    client.send(post("/echo", "first") + post("/drop", "x") + post("/echo", "never"));
    CHECK(client.receive().body == "first");
    CHECK(client.receive_all().empty());
    CHECK(server.gate.calls() == std::vector<std::size_t>{1});
}
