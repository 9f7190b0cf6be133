#include <string>

#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;

TEST_CASE("An answer has the handler's status, type and body, and a length") {
    RunningServer server;
    RawClient client(server.port());
    client.send(get("/hello"));
    const RawAnswer answer = client.receive();
    CHECK(answer.head == "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n");
    CHECK(answer.body == "hello");
}

TEST_CASE("A control character in a field is answered by 500, and the connection stays") {
    RunningServer server;
    RawClient client(server.port());
    client.send(get("/split"));
    const RawAnswer answer = client.receive();
    CHECK(answer.status == 500);
    CHECK(answer.head.find("Set-Cookie") == std::string::npos);
    client.send(get("/hello"));
    CHECK(client.receive().body == "hello");
}

TEST_CASE("A server that wipes its memory answers as every other, and keeps no body") {
    for (const bool wipes : {false, true}) {
        RunningServer server({}, {{}}, wipes);
        RawClient client(server.port());
        client.send(post("/store", "somebody@example.org"));
        CHECK(client.receive().status == 204);
        client.send(get("/left"));
        CHECK((client.receive().body.find("example.org") == std::string::npos) == wipes);
    }
    RunningServer server({}, {{}}, true);
    RawClient client(server.port());
    client.send(post("/echo", "somebody@example.org") + post("/echo", "second") + get("/hello"));
    CHECK(client.receive().body == "somebody@example.org");
    CHECK(client.receive().body == "second");
    CHECK(client.receive().body == "hello");
}

TEST_CASE("204 has neither body nor length") {
    RunningServer server;
    RawClient client(server.port());
    client.send(post("/store", "{}"));
    CHECK(client.receive().head == "HTTP/1.1 204 No Content\r\n");
    client.send(get("/hello"));
    CHECK(client.receive().body == "hello");
}

TEST_CASE("HEAD gets the head of GET's answer") {
    RunningServer server;
    RawClient client(server.port());
    client.send("HEAD /hello HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const RawAnswer answer = client.receive(true);
    CHECK(answer.status == 200);
    CHECK(answer.field("Content-Length") == "5");
    client.send(get("/hello"));
    CHECK(client.receive().body == "hello");  // and no body was sent in between
}

TEST_CASE("Requests nobody handles are answered and the connection stays") {
    struct Row {
        const char* name;
        std::string request;
        int status;
        const char* allow;
    };
    const Row rows[] = {
        {"unknown path", get("/nothing"), 404, ""},
        {"unknown path with a body", post("/nothing", "abc"), 404, ""},
        {"unknown path with a chunked body",
         "POST /nothing HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", 404, ""},
        {"wrong method", get("/store"), 405, "POST"},
        {"wrong method with a body", post("/hello", "abc"), 405, "GET, HEAD"},
        {"unknown method", "BREW /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", 405, "GET, HEAD"},
    };
    RunningServer server;
    RawClient client(server.port());
    for (const Row& row : rows) {
        INFO(row.name);
        client.send(row.request);
        const RawAnswer answer = client.receive();
        CHECK(answer.status == row.status);
        CHECK(answer.field("Allow") == row.allow);
        CHECK(answer.field("Connection").empty());
        client.send(get("/hello"));
        CHECK(client.receive().status == 200);
    }
}

TEST_CASE("HEAD of an unknown path has no body that would confuse the next answer") {
    RunningServer server;
    RawClient client(server.port());
    client.send("HEAD /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/hello"));
    CHECK(client.receive(true).status == 404);
    CHECK(client.receive().body == "hello");
}

TEST_CASE("A body arrives whole, however it is sent") {
    const std::string large(300'000, 'm');
    struct Row {
        const char* name;
        std::string request;
        std::string body;
    };
    const Row rows[] = {
        {"no body", post("/echo", ""), ""},
        {"no length at all", "POST /echo HTTP/1.1\r\nHost: localhost\r\n\r\n", ""},
        {"short", post("/echo", "abc"), "abc"},
        {"with zero bytes", post("/echo", std::string("a\0b", 3)), std::string("a\0b", 3)},
        {"many reads", post("/echo", large), large},
        {"chunked",
         "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n",
         "abcde"},
        {"chunked with trailers",
         "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-Trailer: 1\r\n\r\n", "a"},
    };
    RunningServer server;
    RawClient client(server.port());
    for (const Row& row : rows) {
        INFO(row.name);
        client.send(row.request);
        const RawAnswer answer = client.receive();
        CHECK(answer.status == 200);
        CHECK((answer.body == row.body));
    }
}

TEST_CASE("A request may come one byte at a time") {
    RunningServer server;
    for (const std::string& request :
         {post("/echo", "abc"),
          std::string("POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n")}) {
        RawClient client(server.port());
        for (const char byte : request) REQUIRE(client.send(std::string_view(&byte, 1)));
        CHECK(client.receive().body == "abc");
    }
}

TEST_CASE("The signature is handed over unless it is ambiguous") {
    struct Row {
        const char* name;
        const char* fields;
        const char* signature;
    };
    const Row rows[] = {
        {"once", "Webhook-Signature: abc=\r\n", "abc="},
        {"other case", "webhook-signature: abc=\r\n", "abc="},
        {"absent", "", ""},
        {"empty", "Webhook-Signature:\r\n", ""},
        {"twice", "Webhook-Signature: abc=\r\nWebhook-Signature: def=\r\n", ""},
        {"twice the same", "Webhook-Signature: abc=\r\nWebhook-Signature: abc=\r\n", ""},
    };
    RunningServer server;
    RawClient client(server.port());
    for (const Row& row : rows) {
        INFO(row.name);
        client.send(post("/echo", "x", row.fields));
        CHECK(client.receive().field("Content-Type") == row.signature);
    }
}

TEST_CASE("A signature in a trailer does not count") {
    RunningServer server;
    RawClient client(server.port());
    client.send(
        "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nWebhook-Signature: "
        "abc\r\n\r\n");
    CHECK(client.receive().field("Content-Type").empty());
}

TEST_CASE("Ten pipelined requests are answered in their order") {
    RunningServer server;
    RawClient client(server.port());
    std::string requests;
    for (int number = 0; number < 10; ++number) {
        requests += number % 3 == 2 ? get("/nothing") : post("/echo", "number " + std::to_string(number));
    }
    client.send(requests);
    for (int number = 0; number < 10; ++number) {
        const RawAnswer answer = client.receive();
        CHECK(answer.body == (number % 3 == 2 ? "" : "number " + std::to_string(number)));
    }
}

TEST_CASE("The connection stays or goes as the request says") {
    struct Row {
        const char* name;
        const char* request;
        const char* connection;
        bool stays;
    };
    const Row rows[] = {
        {"1.1", "GET /hello HTTP/1.1\r\n\r\n", "", true},
        {"1.1 close", "GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n", "close", false},
        {"1.0", "GET /hello HTTP/1.0\r\n\r\n", "close", false},
        {"1.0 keep-alive", "GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", "keep-alive", true},
    };
    RunningServer server;
    for (const Row& row : rows) {
        INFO(row.name);
        RawClient client(server.port());
        client.send(row.request);
        const RawAnswer answer = client.receive();
        CHECK(answer.status == 200);
        CHECK(answer.body == "hello");
        CHECK(answer.field("Connection") == row.connection);
        if (row.stays) {
            client.send(get("/hello"));
            CHECK(client.receive().status == 200);
        } else {
            CHECK(client.receive_all().empty());
        }
    }
}

TEST_CASE("The answer arrives though more was pipelined behind Connection: close") {
    RunningServer server;
    RawClient client(server.port());
    client.send("GET /hello HTTP/1.1\r\nConnection: close\r\n\r\n" +
                post("/echo", std::string(200'000, 'x')));
    CHECK(client.receive().body == "hello");
    CHECK(client.receive_all().empty());
}

TEST_CASE("Expect: 100-continue is answered before the body is sent") {
    RunningServer server;
    const std::string expect = "Expect: 100-Continue\r\nContent-Length: 3\r\n\r\n";

    SECTION("by leave to go on") {
        RawClient client(server.port());
        client.send("POST /echo HTTP/1.1\r\n" + expect);
        CHECK(client.receive().head == "HTTP/1.1 100 Continue\r\n");
        client.send("abc");
        CHECK(client.receive().body == "abc");
        client.send(get("/hello"));
        CHECK(client.receive().status == 200);
    }
    SECTION("not at all when the body is there already") {
        RawClient client(server.port());
        client.send("POST /echo HTTP/1.1\r\n" + expect + "abc");
        CHECK(client.receive().status == 200);
    }
    SECTION("not at all to HTTP/1.0") {
        RawClient client(server.port());
        client.send("POST /echo HTTP/1.0\r\n" + expect);
        client.send("abc");
        CHECK(client.receive().status == 200);
    }
    SECTION("by the refusal, when nobody wants the body") {
        for (const char* path : {"/nothing", "/hello"}) {
            RawClient client(server.port());
            client.send("POST " + std::string(path) + " HTTP/1.1\r\n" + expect);
            const RawAnswer answer = client.receive();
            CHECK((answer.status == 404 || answer.status == 405));
            CHECK(answer.field("Connection") == "close");
            client.finish_sending();
            CHECK(client.receive_all().empty());
        }
    }
}
