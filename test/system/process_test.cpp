// The tools of the system tests: a client that can be trusted, bodies like Mautic's.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <set>
#include <thread>

#include "fixture/person.h"
#include "support/catch.h"
#include "support/facts.h"
#include "support/temporary_directory.h"
#include "system/daemon_config.h"
#include "system/http_client.h"
#include "system/webhook_body.h"

using namespace gdprd::test;
using nlohmann::json;

namespace {

// Answers each connection with what it was given, whatever comes in, then closes it.
class CannedServer {
  public:
    explicit CannedServer(std::vector<std::string> answers) {
        listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        ::bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
        ::listen(listener_, 8);
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this, answers = std::move(answers)] {
            for (const std::string& answer : answers) serve(answer);
        });
    }
    ~CannedServer() {
        thread_.join();
        ::close(listener_);
    }

    std::uint16_t port = 0;
    std::string received;  // to be read after the client has its answer

  private:
    void serve(const std::string& answer) {
        const int connection = ::accept(listener_, nullptr, nullptr);
        char buffer[4096];
        const auto count = ::recv(connection, buffer, sizeof buffer, 0);
        if (count > 0) received.append(buffer, static_cast<std::size_t>(count));
        const auto sent = ::send(connection, answer.data(), answer.size(), MSG_NOSIGNAL);
        static_cast<void>(sent);
        ::close(connection);
    }

    int listener_;
    std::thread thread_;
};

std::set<std::string> names_of(const json& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.items()) names.insert(name);
    return names;
}

}  // namespace

TEST_CASE("the client tells an answer from a closed connection") {
    SECTION("an answer") {
        CannedServer server({"HTTP/1.1 405 No\r\nAllow: POST\r\nContent-Length: 3\r\n\r\nabc"});
        const auto answer = HttpClient(server.port).post("/webhook", "{}", "secret");
        REQUIRE(answer);
        CHECK(answer->status == 405);
        CHECK(answer->headers.at("allow") == "POST");
        CHECK(answer->body == "abc");
        CHECK_THAT(server.received, ContainsSubstring("POST /webhook HTTP/1.1\r\n"));
        CHECK_THAT(server.received,
                   ContainsSubstring("Webhook-Signature: " + webhook_signature("{}", "secret") + "\r\n"));
        CHECK_THAT(server.received, ContainsSubstring("Content-Length: 2\r\n\r\n{}"));
    }
    SECTION("a closed connection") {
        CannedServer server({""});
        CHECK_FALSE(HttpClient(server.port).get("/"));
    }
    SECTION("no server at all") { CHECK_FALSE(HttpClient(free_port()).get("/")); }
    SECTION("half an answer") {
        CannedServer server({"HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nab"});
        CHECK_THROWS(HttpClient(server.port).get("/"));
    }
    SECTION("a kept connection that was closed meanwhile is made again") {
        const std::string empty = "HTTP/1.1 204 No Content\r\n\r\n";
        CannedServer server({empty, empty});
        HttpClient client(server.port);
        CHECK(client.get("/"));
        CHECK(client.get("/"));
    }
}

TEST_CASE("signatures are Mautic's") {
    CHECK(webhook_signature("[\"payload\"]", "secret123") == "N8vMehOCvgQDRsllxP46+0rC/1n2SpQmlGFiGPjD3nY=");
}

TEST_CASE("a body says what it was asked to say") {
    const std::string body = webhook_body({.contact = 7, .status = "bounced", .channel = "sms"});
    const json item = json::parse(body).at("mautic.lead_channel_subscription_changed").at(0);
    CHECK(item.at("contact").at("id") == 7);
    CHECK(item.at("new_status") == "bounced");
    CHECK(item.at("channel") == "sms");
    CHECK(item.at("contact").at("fields").at("core").at("email").at("value") == invented_person(7).email());
    CHECK(json::parse(deletion_body(9)).at("mautic.lead_post_delete").at(0).at("id") == 9);

    const std::string large = webhook_body({.contact = 7}, 10'000);
    CHECK(json::parse(large).is_object());
    CHECK(large.size() >= 10'000);
    CHECK(large.size() < 10'500);

    const std::vector<SubscriptionChange> changes = {{.contact = 1}, {.contact = 2}};
    CHECK(json::parse(webhook_batch_body(changes)).begin()->size() == 2);
}

TEST_CASE("text is escaped as PHP does") {
    const std::string text = "a/\"\\\n\u00fc\U0001f600";
    CHECK(json_text(text) == "\"a\\/\\\"\\\\\\n\\u00fc\\ud83d\\ude00\"");
    CHECK(json::parse(json_text(text)) == text);
}

TEST_CASE("a body has the shape of a recorded one") {
    const auto facts = facts_directory();
    if (!facts) return;
    const std::string request = read_file(*facts / "captures/unsubscribe-link.http");
    const json recorded = json::parse(request.substr(request.find("\r\n\r\n") + 4)).begin()->at(0);
    const json ours = json::parse(webhook_body({.contact = 1})).begin()->at(0);
    CHECK(names_of(ours) == names_of(recorded));
    CHECK(names_of(ours.at("contact")) == names_of(recorded.at("contact")));
    for (const char* group : {"core", "social"}) {
        const json& our_fields = ours.at("contact").at("fields").at(group);
        const json& recorded_fields = recorded.at("contact").at("fields").at(group);
        CHECK(names_of(our_fields) == names_of(recorded_fields));
        CHECK(names_of(*our_fields.begin()) == names_of(*recorded_fields.begin()));
    }
}

TEST_CASE("a configuration and its secrets are written for their owner only") {
    const TemporaryDirectory directory;
    gdprd::database::ConnectionOptions database;
    database.database = "mautic";
    database.unix_socket = "/a \"socket\"";
    database.password = "a password";
    DaemonConfig config(directory, database, "mtc_");
    config.options["worker.threads"] = "1";
    const std::string text = read_file(config.write());
    CHECK_THAT(text, ContainsSubstring("worker.threads = 1\n"));
    CHECK_THAT(text, ContainsSubstring("mautic.table_prefix = \"mtc_\"\n"));
    CHECK_THAT(text, ContainsSubstring("database.unix_socket = \"/a \\\"socket\\\"\"\n"));
    CHECK_THAT(text, !ContainsSubstring("a password"));
    CHECK(read_file(directory / "database-password") == "a password\n");
    const auto mode = std::filesystem::status(directory / "webhook-secret").permissions();
    CHECK((mode & (std::filesystem::perms::group_all | std::filesystem::perms::others_all)) ==
          std::filesystem::perms::none);
}
