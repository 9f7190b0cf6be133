// `notify`: what receivers have not got, and whether they can be reached.
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "http/answer_server.h"
#include "support/catch.h"
#include "support/free_ports.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

const std::string secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

void add_receiver(const TemporaryDirectory& directory, DaemonConfig& config, std::uint16_t port) {
    directory.write("crm-secret", secret + "\n");
    std::filesystem::permissions(directory / "crm-secret", std::filesystem::perms::owner_read);
    config.options["notify.urls.crm"] =
        "\"http://127.0.0.1:" + std::to_string(port) + "/erased?token=hidden\"";
    config.options["notify.secret_files.crm"] = toml_text((directory / "crm-secret").string());
    config.options["notify.timeout"] = "\"1s\"";
}

// What `notify test` says where something else stands at the URL.
Answer tried(const Reply& reply) {
    const TemporaryDirectory directory;
    DaemonConfig config(directory, no_database());
    AnswerServer server([&](const SeenRequest&) { return reply; });
    add_receiver(directory, config, server.port());
    const Answer answer = test::run({"notify", "test", "--config", config.write().string()});
    CHECK(answer.text.find("hidden") == std::string::npos);
    CHECK(answer.text.find(secret.substr(6)) == std::string::npos);
    for (const SeenRequest& request : server.requests()) {
        const auto body = nlohmann::json::parse(request.body);
        CHECK(body["type"] == "test");
        CHECK(body["data"].empty());
        CHECK(request.field("webhook-signature").starts_with("v1,"));
    }
    return answer;
}

}  // namespace

TEST_CASE("notify test says which hop failed, and what to do") {
    struct Row {
        Reply reply;
        int exit_code;
        const char* text;
    };
    for (const Row& row :
         std::vector<Row>{{{http_answer(200, "text/plain", "")}, 0, "took the signed message (status 200)"},
                          {{http_answer(401, "text/plain", "")}, 3, "[notify.secret_files]"},
                          {{http_answer(404, "text/plain", "")}, 3, "Look at the path"},
                          {{http_answer(400, "text/plain", "")}, 3, "of a type that it does not know"},
                          {{http_answer(410, "text/plain", "")}, 3, "wants no more"},
                          {{http_answer(307, "text/plain", "", "Location: https://other.example.org/\r\n")},
                           3,
                           "redirects (status 307) to https://other.example.org/"},
                          {{""}, 3, "closed without an answer"},
                          {{"SSH-2.0\r\n\r\n"}, 3, "not HTTP"}}) {
        CAPTURE(row.text);
        const Answer answer = tried(row.reply);
        CHECK(answer.exit_code == row.exit_code);
        CHECK_THAT(answer.text, ContainsSubstring(row.text));
        CHECK_THAT(answer.text, ContainsSubstring("takes connections"));
        CHECK_THAT(answer.text, ContainsSubstring("ran outside the service"));
    }
    const TemporaryDirectory directory;
    DaemonConfig config(directory, no_database());
    add_receiver(directory, config, free_ports(1).front());
    const std::string file = config.write().string();
    const Answer nobody = test::run({"notify", "test", "--config", file});
    CHECK(nobody.exit_code == 3);
    CHECK_THAT(nobody.text, ContainsSubstring("Is the receiver running"));
    CHECK(test::run({"notify", "test", "--receiver", "shop", "--config", file}).exit_code == 2);
}

TEST_CASE("what a receiver has not got is shown, retried, and discarded once the receiver is gone") {
    Site site("notify_commands");
    add_receiver(site.here.directory, site.here.config, free_ports(1).front());
    site.make_ledger();
    for (const ContactId contact : {7, 8}) site.here.add_opted_out(contact);
    CHECK(site.run({"erase", "--contact", "7", "8"}).exit_code == 0);
    CHECK(site.run({"erase", "--dry-run", "--contact", "7"}).exit_code == 0);
    const std::string hash = site.here.ledger(7, "subject_hash");
    const auto answers = [&](std::vector<std::string> arguments) {
        const Answer answer = site.run(std::move(arguments));
        CHECK(answer.text.find(hash) == std::string::npos);
        CHECK(answer.text.find("hidden") == std::string::npos);
        return answer;
    };
    const auto list = nlohmann::json::parse(answers({"notify", "list", "--json"}).text)["notifications"];
    REQUIRE(list.size() == 2);
    CHECK(list[0]["contact"] == 7);
    CHECK(list[0]["state"] == "waiting");
    CHECK_THAT(answers({"notify", "status"}).text, ContainsSubstring("crm"));
    CHECK(nlohmann::json::parse(answers({"notify", "status", "--json"}).text)["receivers"][0]["waiting"] ==
          2);
    CHECK(answers({"notify", "retry", "--contact", "7"}).exit_code == 3);
    site.here.server.execute("UPDATE notification SET state = 'parked', last_error = 'status 410'",
                             site.here.ledger_database);
    CHECK_THAT(answers({"notify", "list", "--state", "parked"}).text, ContainsSubstring("status 410"));
    CHECK_THAT(answers({"check"}).text, ContainsSubstring("of which crm could not be told"));
    CHECK_THAT(answers({"notify", "retry", "--contact", "7"}).text,
               ContainsSubstring("1 notification is due again"));
    CHECK_THAT(answers({"notify", "retry", "--all"}).text, ContainsSubstring("1 notification is due again"));
    CHECK(answers({"notify", "discard", "--receiver", "crm"}).exit_code == 2);
    site.options.erase("notify.urls.crm");
    site.options.erase("notify.secret_files.crm");
    CHECK_THAT(answers({"check"}).text, ContainsSubstring("it is not in [notify.urls]"));
    const Answer mistyped = answers({"notify", "discard", "--receiver", "cmr"});
    CHECK(mistyped.exit_code == 2);
    CHECK_THAT(mistyped.text, ContainsSubstring("no notification of a receiver cmr"));
    CHECK_THAT(mistyped.text, ContainsSubstring("some of: crm"));
    CHECK_THAT(answers({"notify", "discard", "--receiver", "crm"}).text,
               ContainsSubstring("2 notifications were discarded"));
    CHECK_THAT(answers({"notify", "list"}).text, ContainsSubstring("No notifications"));
}
