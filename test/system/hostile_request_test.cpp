// What a network may send: garbage, slow, huge, too many. The answer is the right one, and memory stays flat.
#include <nlohmann/json.hpp>

#include "http/raw_client.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr int closed = 0;  // without a byte

std::string signed_post(const std::string& body, const std::string& fields = {}) {
    return gdprd::test::post(
        "/webhook", body,
        "Webhook-Signature: " + webhook_signature(body, "a webhook secret of the tests") + "\r\n" + fields);
}

struct Row {
    const char* name;
    std::string bytes;
    int status;
};

std::vector<Row> rows_about_http() {
    const std::string binary("\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00\r\n\r\n", 16);
    return {
        {"no HTTP at all", "hello there\r\n\r\n", 400},
        {"a TLS hello", binary, 400},
        {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 400},
        {"no version", "GET /healthz\r\n\r\n", 400},
        {"field without colon", "GET /healthz HTTP/1.1\r\nnonsense\r\n\r\n", 400},
        {"a zero byte in a field", std::string("GET /healthz HTTP/1.1\r\nA: b\0c\r\n\r\n", 36), 400},
        {"negative length", "POST /webhook HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400},
        {"length that is no number", "POST /webhook HTTP/1.1\r\nContent-Length: many\r\n\r\n", 400},
        {"two lengths", "POST /webhook HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400},
        {"bad chunk", "POST /webhook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"huge header", "GET /healthz HTTP/1.1\r\nA: " + std::string(20'000, 'a') + "\r\n\r\n", 431},
        {"endless target", "GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\n\r\n", 431},
        {"huge by its length", "POST /webhook HTTP/1.1\r\nContent-Length: 5000000\r\n\r\n", 413},
        {"length beyond 64 bits", "POST /webhook HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n",
         400},
        {"huge and waiting for leave",
         "POST /webhook HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5000000\r\n\r\n", 413},
        {"huge by its chunks",
         "POST /webhook HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n400001\r\n" + std::string(4194305, 'a'),
         413},
        {"unknown path", "GET /etc/passwd HTTP/1.1\r\n\r\n", 404},
        {"climbing path", "GET /../../etc/passwd HTTP/1.1\r\n\r\n", 404},
        {"unknown path with a body", gdprd::test::post("/webhook/", "{}"), 404},
        {"webhook fetched", "GET /webhook HTTP/1.1\r\n\r\n", 405},
        {"webhook deleted", "DELETE /webhook HTTP/1.1\r\n\r\n", 405},
        {"metrics posted", gdprd::test::post("/metrics", "{}"), 405},
    };
}

std::vector<Row> rows_about_webhooks() {
    const std::string body = webhook_body({1});
    const std::string deep(100'000, '[');
    return {
        {"no signature", gdprd::test::post("/webhook", body), 401},
        {"an empty body, unsigned", gdprd::test::post("/webhook", ""), 401},
        {"empty signature", gdprd::test::post("/webhook", body, "Webhook-Signature: \r\n"), 401},
        {"signature of another body",
         gdprd::test::post(
             "/webhook", body,
             "Webhook-Signature: " + webhook_signature("x", "a webhook secret of the tests") + "\r\n"),
         401},
        {"signature of the empty secret",
         gdprd::test::post("/webhook", body, "Webhook-Signature: " + webhook_signature(body, "") + "\r\n"),
         401},
        {"two signatures", signed_post(body, "Webhook-Signature: x\r\n"), 401},
        {"signed nothing", signed_post(""), 400},
        {"signed text", signed_post("hello"), 400},
        {"signed half", signed_post(body.substr(0, body.size() / 2)), 400},
        {"signed list", signed_post("[1,2,3]"), 400},
        {"signed depth", signed_post(deep), 400},
        {"signed bytes that are no UTF-8", signed_post("{\"mautic.x\":[{\"a\":\"\xff\xfe\"}]}"), 400},
        {"signed and in order", signed_post(body), 204},
    };
}

int answer_to(std::uint16_t port, const std::string& bytes, RawAnswer& answer) {
    RawClient client(port);
    client.send(bytes);
    client.finish_sending();
    try {
        answer = client.receive();
        return answer.status;
    } catch (const std::runtime_error&) {
        return closed;
    }
}

void wait_for_end(RawClient& client) { CHECK(client.receive_all().empty()); }

}  // namespace

TEST_CASE("Whatever comes in, the answer is the right one and says nothing") {
    Installation here("hostile");
    here.mautic.add_contact(1);
    here.start();
    auto rows = rows_about_http();
    for (auto& row : rows_about_webhooks()) rows.push_back(row);
    for (const Row& row : rows) {
        CAPTURE(row.name);
        RawAnswer answer;
        CHECK(answer_to(here.config.port, row.bytes, answer) == row.status);
        CHECK(answer.body.empty());
        const bool named = answer.field("Allow") == "GET, HEAD" || answer.field("Allow") == "POST";
        CHECK(named == (row.status == 405));
    }
    CHECK(here.status_of("/healthz") == 200);
    CHECK(here.untouched(1));
    CHECK(here.metric("webhooks_received_total{outcome=\"malformed\"}") == 6);
    here.stop();
}

TEST_CASE("A client that waits for leave gets it, and requests may come pipelined") {
    Installation here("polite");
    here.start();
    const std::string body = webhook_body({1}, 1'100'000);
    const std::string request = signed_post(body, "Expect: 100-Continue\r\n");
    const std::size_t header_size = request.find("\r\n\r\n") + 4;
    RawClient client(here.config.port);
    client.send(std::string_view(request).substr(0, header_size));
    CHECK(client.receive().status == 100);
    client.send(std::string_view(request).substr(header_size));
    CHECK(client.receive().status == 204);

    const std::string second = webhook_body({2});
    client.send(signed_post(second) + gdprd::test::get("/healthz") + gdprd::test::post("/webhook", second) +
                signed_post(second));
    for (const int status : {204, 200, 401, 204}) CHECK(client.receive().status == status);
    here.stop();
}

TEST_CASE("Who sends too slowly, or nothing at all, is cut off") {
    Installation here("slow");
    here.config.options["limits.header_timeout"] = "\"300ms\"";
    here.config.options["limits.body_timeout"] = "\"300ms\"";
    here.config.options["limits.idle_timeout"] = "\"300ms\"";
    here.start();
    const std::string request = signed_post(webhook_body({1}));
    RawClient silent(here.config.port), header(here.config.port), body(here.config.port),
        idle(here.config.port);
    header.send(std::string_view(request).substr(0, 30));
    body.send(std::string_view(request).substr(0, request.size() - 1));
    idle.send(request);
    CHECK(idle.receive().status == 204);
    wait_for_end(silent);
    wait_for_end(header);
    wait_for_end(body);
    wait_for_end(idle);
    // One byte now and then does not help: the limit is for the whole of it.
    RawClient trickle(here.config.port);
    std::size_t sent = 0;
    here.wait_until("a client that sends byte by byte is cut off", [&] {
        return !trickle.send(std::string_view(request).substr(sent++, 1)) || trickle.has_input();
    });
    CHECK(sent < request.find("\r\n\r\n"));
    CHECK(here.metric("http_requests_rejected_total{reason=\"timeout\"}") >= 3);
    CHECK(here.announce(2) == 204);
    here.stop();
}

TEST_CASE("Connections beyond the limit are closed, and the next ones are welcome") {
    Installation here("crowd");
    here.config.options["limits.connections_max"] = "64";
    here.start();
    {
        std::vector<RawClient> crowd;
        for (int number = 0; number < 300; ++number) crowd.emplace_back(here.config.port);
        std::size_t answered = 0;
        for (RawClient& client : crowd) {
            client.send(gdprd::test::get("/healthz"));
            try {
                if (client.receive().status == 200) ++answered;
            } catch (const std::runtime_error&) {
                continue;  // closed
            }
        }
        CHECK(answered <= 64);
        CHECK(answered >= 60);
    }
    here.wait_until("the crowd has gone", [&] {
        HttpClient client(here.config.port);
        const auto answer = client.get("/healthz");
        return answer && answer->status == 200;
    });
    CHECK(here.metric("http_connections_refused_total") >= 236);
    here.stop();
}

TEST_CASE("Memory stays flat under garbage and huge requests") {
    Installation here("flat");
    here.config.options["log.level"] = "\"error\"";
    // AddressSanitizer, where it is built in, keeps freed memory for a while; that is not what is measured.
    here.start({{"ASAN_OPTIONS", "quarantine_size_mb=1"}});
    const auto rows = rows_about_http();
    const std::string huge = gdprd::test::post("/webhook", std::string(4'000'000, 'a'),
                                               "Webhook-Signature: " + webhook_signature("x", "y") + "\r\n");
    const auto burden = [&](int requests) {
        for (int number = 0; number < requests; ++number) {
            const bool large = number % 25 == 0;
            const Row& row = rows[static_cast<std::size_t>(number) % rows.size()];
            if (row.bytes.size() > 1'000'000) continue;
            RawClient client(here.config.port);
            client.send(large ? huge : row.bytes);
            client.finish_sending();
            client.receive_all();
        }
    };
    burden(300);
    const std::size_t before = here.daemon->resident_bytes();
    burden(2'000);
    const std::size_t after = here.daemon->resident_bytes();
    CAPTURE(before / 1024, after / 1024);
    CHECK(after < before + 4 * 1024 * 1024);
    CHECK(here.announce(1) == 204);
    here.stop();
}
