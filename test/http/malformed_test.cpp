#include <string>

#include "http/raw_client.h"
#include "http/server_fixture.h"
#include "support/catch.h"

using namespace gdprd::test;

TEST_CASE("What is not HTTP is answered with 400, and the connection closes") {
    struct Row {
        const char* name;
        std::string bytes;
    };
    const Row rows[] = {
        {"words", "hello, is this thing on?\r\n\r\n"},
        {"binary", std::string("\x00\xff\x80\x01 binary \r\n\r\n", 17)},
        {"TLS hello on a plain port",
         std::string("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 \r\n\r\n", 16)},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
        {"HTTP/0.9", "GET /hello\r\n\r\n"},
        {"version 3", "GET /hello HTTP/3.0\r\n\r\n"},
        {"no colon", "GET /hello HTTP/1.1\r\nnonsense\r\n\r\n"},
        {"space before colon", "GET /hello HTTP/1.1\r\nHost : localhost\r\n\r\n"},
        {"negative length", "POST /echo HTTP/1.1\r\nContent-Length: -1\r\n\r\n"},
        {"length in words", "POST /echo HTTP/1.1\r\nContent-Length: many\r\n\r\n"},
        {"length beyond 64 bits", "POST /echo HTTP/1.1\r\nContent-Length: 99999999999999999999999\r\n\r\n"},
        {"two lengths", "POST /echo HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"},
        {"length and chunks",
         "POST /echo HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"},
        {"unknown coding", "POST /echo HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\nabc"},
        {"chunked not last", "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n"},
        {"bad chunk size", "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"},
        {"chunk without end", "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n"},
        {"endless chunk extension",
         "POST /echo HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1;" + std::string(200'000, 'x')},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        RunningServer server;
        RawClient client(server.port());
        client.send(row.bytes);
        const RawAnswer answer = client.receive();
        CHECK(answer.status == 400);
        CHECK(answer.field("Connection") == "close");
        client.finish_sending();
        CHECK(client.receive_all().empty());
        CHECK(server.statistics().requests_malformed == 1);
        CHECK(server.gate.calls().empty());
    }
}

TEST_CASE("Garbage behind a good request does not spoil its answer") {
    RunningServer server;
    RawClient client(server.port());
    client.send(get("/hello") + "garbage garbage\r\n\r\n");
    CHECK(client.receive().status == 200);
    CHECK(client.receive().status == 400);
    client.finish_sending();
    CHECK(client.receive_all().empty());
}

TEST_CASE("A client that goes away in the middle leaves nothing behind") {
    RunningServer server;
    for (const std::string part :
         {"", "P", "POST /echo HTTP/1.1\r\n", "POST /echo HTTP/1.1\r\nContent-Length: 9\r\n\r\nabc"}) {
        INFO(part);
        RawClient client(server.port());
        client.send(part);
        client.finish_sending();
        CHECK(client.receive_all().empty());
    }
    CHECK(eventually([&] { return server.statistics().connections_open == 0; }));
    CHECK(server.statistics().requests_malformed == 0);
    CHECK(server.gate.calls().empty());
}
