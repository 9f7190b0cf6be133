// The texts of Mautic's API, good ones and any others.
#include "webhook_setup/api.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <random>

#include "base/base64.h"
#include "support/catch.h"
#include "webhook_setup/state.h"

using namespace gdprd;
using namespace gdprd::webhook_setup;

namespace {

const std::string page_of_7 = R"({"total":2,"hooks":{"3":
    {"isPublished":true,"dateAdded":"2026-03-01T12:00:00+00:00","dateModified":null,"createdBy":1,"id":3,
     "name":"mautic-gdprd","description":null,"webhookUrl":"https:\/\/gdpr.example.org\/webhook",
     "secret":"a secret","eventsOrderbyDir":null,"category":null,
     "triggers":["mautic.lead_channel_subscription_changed","mautic.lead_post_delete"]},
    "4":{"isPublished":false,"id":"4","name":"other",
     "webhookUrl":"https://crm.example.org/","secret":null,"triggers":[]}
}})";

// Without secrets, as a list, and with numbers as the database has them.
const std::string page_of_3 = R"({"total":"1","hooks":[{"isPublished":"1","id":"7","name":"old",
    "webhookUrl":"https://gdpr.example.org/webhook","triggers":{"0":"mautic.lead_post_delete","2":"x"}}]})";

std::string error_of(int code, const std::string& type, const std::string& message) {
    return R"({"errors":[{"message":")" + message + R"(","code":)" + std::to_string(code) + R"(,"type":)" +
           type + "}]}";
}

std::string whole(const ApiRefusal& refusal) { return refusal.text + ". " + refusal.advice; }

std::string explained(int status, const std::string& body, ApiLogin login = ApiLogin::basic) {
    return whole(explain_refusal(status, "application/json", body, login, {"the password"}));
}

}  // namespace

TEST_CASE("Pages of webhooks are read as all versions write them") {
    const auto seven = read_webhook_page(page_of_7);
    REQUIRE(seven);
    CHECK(seven->total == 2);
    REQUIRE(seven->webhooks.size() == 2);
    const ApiWebhook& first = seven->webhooks[0];
    CHECK(first.id == 3);
    CHECK(first.name == "mautic-gdprd");
    CHECK(first.url == "https://gdpr.example.org/webhook");
    CHECK(first.secret == "a secret");
    CHECK(first.published);
    CHECK(first.tells(opt_out_event));
    CHECK(first.tells(deletion_event));
    CHECK(seven->webhooks[1].id == 4);
    CHECK_FALSE(seven->webhooks[1].published);
    CHECK(seven->webhooks[1].secret == "");
    CHECK_FALSE(seven->webhooks[1].tells(opt_out_event));

    const auto three = read_webhook_page(page_of_3);
    REQUIRE(three);
    CHECK(three->total == 1);
    REQUIRE(three->webhooks.size() == 1);
    CHECK(three->webhooks[0].id == 7);
    CHECK(three->webhooks[0].published);
    CHECK(three->webhooks[0].secret == std::nullopt);
    CHECK(three->webhooks[0].tells(deletion_event));

    CHECK(read_webhook_page(R"({"total":0,"hooks":[]})")->webhooks.empty());
    CHECK(read_webhook(R"({"hook":{"id":9,"webhookUrl":"x"}})")->id == 9);
}

TEST_CASE("What is not the API's answer is none") {
    for (const char* text :
         {"", "null", "[]", "{}", "<html>", R"({"hooks":[]})", R"({"total":1,"hooks":3})",
          R"({"total":-1,"hooks":[]})", R"({"total":1,"hooks":[{"id":0,"webhookUrl":"x"}]})",
          R"({"total":1,"hooks":[{"id":1}]})", R"({"total":1,"hooks":["x"]})",
          R"({"total":1,"hooks":[{"id":1.5,"webhookUrl":"x"}]})"}) {
        CAPTURE(text);
        CHECK_FALSE(read_webhook_page(text));
        CHECK_FALSE(read_webhook(text));
        CHECK_FALSE(read_access_token(text));
    }
    CHECK(read_access_token(R"({"access_token":"abc","expires_in":3600})") == "abc");
    for (const char* token : {R"("")", "7", "null", R"("a b")", R"("a\r\nX: y")", R"("\u00fc")"}) {
        CHECK_FALSE(read_access_token(std::string(R"({"access_token":)") + token + "}"));
    }
}

TEST_CASE("A change has what is to be changed and nothing else") {
    CHECK(to_json({}) == "{}");
    CHECK(ApiWebhookChange{}.is_empty());
    const ApiWebhookChange change{
        "a \"name\"", "https://gdpr.example.org/webhook", "s", {deletion_event}, true};
    CHECK_FALSE(change.is_empty());
    CHECK(nlohmann::json::parse(to_json(change)) ==
          nlohmann::json{{"name", "a \"name\""},
                         {"webhookUrl", "https://gdpr.example.org/webhook"},
                         {"secret", "s"},
                         {"triggers", {"mautic.lead_post_delete"}},
                         {"isPublished", true}});
    ApiWebhookChange broken;
    broken.name = "\xff";
    CHECK_NOTHROW(to_json(broken));
}

TEST_CASE("A refusal says which setting of Mautic to change") {
    CHECK_THAT(
        explained(403, error_of(403, R"("api_disabled")", "API disabled.")),
        ContainsSubstring("API is switched off: \"API disabled.\". In Mautic, switch on \"API enabled?\""));
    // Mautic's words are the site's language; its type is not.
    CHECK_THAT(explained(403, error_of(403, R"("access_denied")", "Basic Auth deaktiviert")),
               ContainsSubstring("Enable HTTP basic auth?"));
    CHECK_THAT(explained(403, error_of(403, "null", "no access")),
               ContainsSubstring("permissions for webhooks"));
    CHECK_THAT(explained(401, error_of(401, R"("access_denied")", "invalid credentials")),
               ContainsSubstring("CGIPassAuth"));
    CHECK_THAT(
        whole(explain_refusal(401, "application/json", "", ApiLogin::basic, {})),  // as Mautic 7 does it
        ContainsSubstring("does not accept the user's name and password. If they are right"));
    CHECK_THAT(whole(explain_refusal(502, "", "", ApiLogin::basic, {})),
               ContainsSubstring("the answer (status 502) is not the API's JSON"));
    CHECK_THAT(explained(401, error_of(401, R"("access_denied")", "x"), ApiLogin::oauth2),
               ContainsSubstring("API credentials are still there"));
    CHECK_THAT(explained(400, error_of(400, R"("invalid_client")", "x"), ApiLogin::oauth2),
               ContainsSubstring("client's id and secret"));
    CHECK_THAT(explained(400, R"({"error":"invalid_client","error_description":"no such client"})",
                         ApiLogin::oauth2),
               ContainsSubstring("client's id and secret: \"no such client\""));
    CHECK_THAT(explained(400, error_of(400, "null", "webhookUrl: A valid URL is required.")),
               ContainsSubstring("status 400: \"webhookUrl: A valid URL is required.\""));
    CHECK_THAT(explained(500, R"({"errors":[]})"), ContainsSubstring("var/logs"));
    CHECK_THAT(explained(404, R"({"errors":[{"message":"Item not found"}]})"),
               ContainsSubstring("Run the command again"));
    CHECK_THAT(explained(200, "{}"), ContainsSubstring("not that of Mautic's API"));
    CHECK_THAT(whole(explain_refusal(404, "text/html; charset=UTF-8", "<html>", ApiLogin::basic, {})),
               ContainsSubstring("the answer (status 404) is a web page"));
    CHECK_THAT(whole(explain_refusal(404, "text/html", "<html>", ApiLogin::basic, {})),
               ContainsSubstring("/index.php"));
    CHECK_THAT(whole(explain_refusal(200, "text/html", "{}", ApiLogin::basic, {})),
               ContainsSubstring("switch on \"API enabled?\""));
}

TEST_CASE("What Mautic says is repeated on one line, and never with a secret in it") {
    const auto text = explained(400, error_of(400, "null", "a\\u001b[31mb\\nc\\u00fc"));
    CHECK_THAT(text, ContainsSubstring("\"a [31mb c??\""));
    CHECK(explained(400, error_of(400, "null", "you sent the password")).find("the password") ==
          std::string::npos);
    CHECK(explained(400, error_of(400, "null", std::string(5'000, 'x'))).size() < 400);
}

TEST_CASE("Random damage to an answer never does more than make it none") {
    std::mt19937 random(7);
    const std::string answers[] = {page_of_7, page_of_3,
                                   R"({"hook":{"id":9,"webhookUrl":"x","triggers":["y"]}})",
                                   R"({"access_token":"abc"})", error_of(403, R"("api_disabled")", "off")};
    const std::string pieces[] = {"{",
                                  "}",
                                  "[",
                                  "]",
                                  "\"",
                                  ",",
                                  ":",
                                  "null",
                                  "1e999",
                                  "-1",
                                  "\\u0000",
                                  "\xff",
                                  "\"id\":",
                                  std::string(1, '\0'),
                                  "18446744073709551616",
                                  "\"errors\":[",
                                  "\"\\ud800\""};
    for (int round = 0; round < 5'000; ++round) {
        std::string text = answers[random() % std::size(answers)];
        for (auto count = random() % 4 + 1; count > 0; --count) {
            const std::size_t at = random() % (text.size() + 1);
            if (random() % 2 == 0) {
                text.insert(at, pieces[random() % std::size(pieces)]);
            } else {
                text.erase(at, random() % 8);
            }
        }
        read_webhook_page(text);
        read_webhook(text);
        read_access_token(text);
        const std::string said = explained(static_cast<int>(random() % 600), text);
        REQUIRE(std::all_of(said.begin(), said.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
    }
    const std::string deep(100'000, '[');
    CHECK_FALSE(read_webhook_page(deep));
    CHECK_FALSE(read_webhook_page(R"({"total":1,"hooks":)" + deep));
}

TEST_CASE("Base64 is written as it is read") {
    CHECK(base64_encoded("") == "");
    CHECK(base64_encoded("f") == "Zg==");
    CHECK(base64_encoded("fo") == "Zm8=");
    CHECK(base64_encoded("foobar") == "Zm9vYmFy");  // RFC 4648, section 10
    std::mt19937 random(1);
    for (int round = 0; round < 1'000; ++round) {
        std::string bytes(random() % 50, '\0');
        for (char& c : bytes) c = static_cast<char>(random());
        REQUIRE(base64_decoded(base64_encoded(bytes)) == bytes);
    }
}
