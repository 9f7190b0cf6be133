// What an administrator reads about Mautic's webhooks, case by case.
#include "webhook_setup/warnings.h"

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::webhook_setup;
using Kind = WebhookWarning::Kind;

namespace {

constexpr const char* secret = "the secret of the tests";

Timestamp at(const char* time) { return parse_utc(time).value(); }
const Timestamp noon = at("2026-03-01 12:00:00");

// One that works, with a request accepted a minute ago.
Webhook good(std::uint64_t id = 3) {
    Webhook webhook;
    webhook.id = id;
    webhook.published = true;
    webhook.tells_opt_outs = true;
    webhook.server = "https://gdpr.example.org:443";
    webhook.secret = secret;
    webhook.requests.looked_at = 1;
    webhook.requests.last_success = noon - std::chrono::minutes(1);
    return webhook;
}

Webhook failing(std::size_t times, std::vector<std::string> codes) {
    Webhook webhook = good();
    webhook.requests.looked_at = times + 1;
    webhook.requests.failed = times;
    webhook.requests.status_codes = std::move(codes);
    webhook.requests.last_failure = noon;
    return webhook;
}

template <class Change>
Webhook changed(Change change) {
    Webhook webhook = good();
    change(webhook);
    return webhook;
}

WebhookExpectations expectations() { return {{"", "/webhook"}, {"another", secret}, false}; }

std::vector<std::string> words(const std::vector<Webhook>& webhooks,
                               const WebhookExpectations& expected = expectations()) {
    std::vector<std::string> all;
    for (const auto& warning : judge(webhooks, expected, noon)) all.push_back(describe(warning));
    return all;
}

std::vector<Kind> kinds(const std::vector<Webhook>& webhooks,
                        const WebhookExpectations& expected = expectations()) {
    std::vector<Kind> all;
    for (const auto& warning : judge(webhooks, expected, noon)) all.push_back(warning.kind);
    return all;
}

}  // namespace

TEST_CASE("a webhook that works is nothing to speak of") {
    CHECK(words({good()}).empty());
    CHECK(words({good(), good(4)}).empty());
    CHECK(words({changed([](Webhook& w) { w.requests = {}; })}).empty());
}

TEST_CASE("each trouble in words") {
    struct Case {
        const char* name;
        Webhook webhook;
        const char* expected;
    };
    const auto wait = [](std::uint64_t rows, int minutes) {
        return changed([&](Webhook& w) {
            w.waiting = rows;
            w.waiting_since = noon - std::chrono::minutes(minutes);
        });
    };
    for (
        const Case& row : {
            Case{"unpublished", changed([](Webhook& w) { w.published = false; }),
                 "Mautic's webhook 3 is not published: Mautic switched it off after failures, or somebody "
                 "did. "
                 "The sweep finds what is missed meanwhile. Publish it under Settings > Webhooks"},
            Case{"unpublished after failures",
                 [] {
                     Webhook webhook = failing(12, {"401"});
                     webhook.published = false;
                     return webhook;
                 }(),
                 "Mautic's webhook 3 is not published: the last 12 requests failed (status 401), so Mautic "
                 "switched it off, or somebody did. The sweep finds what is missed meanwhile. Publish it "
                 "under Settings > Webhooks"},
            Case{"other events", changed([](Webhook& w) { w.tells_opt_outs = false; }),
                 "Mautic's webhook 3 is not subscribed to 'Contact Channel Subscription Change Event'. Tick "
                 "that event in it; nobody else tells the daemon of opt-outs"},
            Case{"no secret", changed([](Webhook& w) { w.secret.clear(); }),
                 "Mautic's webhook 3 has no secret: nobody could tell its requests from forged ones, so none "
                 "is accepted. Enter a long random secret in Mautic"},
            Case{"another secret", changed([](Webhook& w) { w.secret += ' '; }),
                 "Mautic's webhook 3 has a secret that is none of this daemon's: every request is refused "
                 "with 401 and "
                 "lost. Enter the same in Mautic and in the file that [webhook] secret_files names, or set "
                 "[webhook] secret = \"from-database\""},
            Case{
                "one failure", failing(1, {"502"}),
                "Mautic's webhook 3: the last request failed (status 502), the latest at 2026-03-01 12:00:00 "
                "UTC; one was accepted at 2026-03-01 11:59:00 UTC. The sweep finds what is missed "
                "meanwhile. A proxy answered in the daemon's place: was it running, and does the proxy reach "
                "it?"},
            Case{
                "several failures", failing(12, {"401", "404", ""}),
                "Mautic's webhook 3: the last 12 requests failed (status 401, 404, no answer), the latest at "
                "2026-03-01 12:00:00 UTC; one was accepted at 2026-03-01 11:59:00 UTC. The sweep finds what "
                "is missed meanwhile. Compare the secret in Mautic with the daemon's"},
            Case{
                "never a success",
                [] {
                    Webhook webhook = failing(2, {""});
                    webhook.requests.last_success.reset();
                    return webhook;
                }(),
                "Mautic's webhook 3: the last 2 requests failed (no answer), the latest at 2026-03-01 "
                "12:00:00 UTC; Mautic switches off a webhook whose last 100 requests all failed. The sweep "
                "finds what is missed meanwhile. Does Mautic's server reach the daemon, and was it running?"},
            Case{"unhealthy", changed([](Webhook& w) { w.unhealthy_since = noon; }),
                 "Mautic's webhook 3 has been marked unhealthy by Mautic since 2026-03-01 12:00:00 UTC. Its "
                 "requests failed; the webhook's log in Mautic shows why"},
            Case{"events wait", wait(4312, 16),
                 "Mautic's webhook 3: 4312 events wait in Mautic's queue, the oldest since 2026-03-01 "
                 "11:44:00 "
                 "UTC. Does its cron job mautic:webhooks:process run, and often enough?"},
            Case{"one event waits", wait(1, 16),
                 "Mautic's webhook 3: 1 event waits in Mautic's queue, the oldest since 2026-03-01 11:44:00 "
                 "UTC. Does its cron job mautic:webhooks:process run, and often enough?"},
            Case{"very many events wait", wait(10'000, 16),
                 "Mautic's webhook 3: at least 10000 events wait in Mautic's queue, the oldest since "
                 "2026-03-01 11:44:00 UTC. Does its cron job mautic:webhooks:process run, and often enough?"},
        }) {
        CAPTURE(row.name);
        CHECK(words({row.webhook}) == std::vector<std::string>{row.expected});
    }
}

TEST_CASE("no webhook points here") {
    CHECK(words({}) ==
          std::vector<std::string>{
              "no webhook of Mautic has a URL that ends in /webhook. Make one by `mautic-gdprd "
              "webhook create`, or mend [webhook] url; until then only the sweep finds opt-outs"});
    auto expected = expectations();
    expected.target.url = "https://user:password@gdpr.example.org/webhook?token=1";
    const auto told = words({}, expected);
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], ContainsSubstring("the URL that [webhook] url names"));
    CHECK(told[0].find("password") == std::string::npos);
    CHECK(told[0].find("token") == std::string::npos);
}

TEST_CASE("what is no trouble") {
    CHECK(kinds({changed([](Webhook& w) {
              w.waiting = 500;
              w.waiting_since = noon - std::chrono::minutes(15);
          })}).empty());
    CHECK(kinds({changed([](Webhook& w) { w.waiting = 500; })}).empty());
    // Edited after its last failure: mended, perhaps. The next request tells.
    Webhook edited = failing(3, {"401"});
    edited.edited_at = noon + std::chrono::seconds(1);
    CHECK(kinds({edited}).empty());
    edited.edited_at = noon - std::chrono::seconds(1);
    CHECK(kinds({edited}) == std::vector{Kind::failing});
    edited.requests.last_failure.reset();
    CHECK(kinds({edited}) == std::vector{Kind::failing});
}

TEST_CASE("what does not work is nobody's concern while another webhook does") {
    Webhook off = good(4);
    off.published = false;
    off.secret = "old";
    Webhook others = good(5);
    others.tells_opt_outs = false;
    CHECK(kinds({good(), off, others}).empty());
    CHECK(kinds({off, others}) == std::vector{Kind::unpublished, Kind::unknown_secret, Kind::not_subscribed});
    off.tells_opt_outs = false;
    CHECK(kinds({off}) == std::vector{Kind::unpublished, Kind::not_subscribed, Kind::unknown_secret});
    Webhook second = good(6);
    second.secret = "new";
    CHECK(kinds({good(), second}) == std::vector{Kind::unknown_secret});
    CHECK(judge({good(), second}, expectations(), noon)[0].webhook == 6);
}

TEST_CASE("secrets of several servers are a warning when they are taken from the database") {
    Webhook elsewhere = good(4);
    elsewhere.server = "https://crm.example.org:443";
    auto expected = expectations();
    CHECK(kinds({good(), elsewhere}, expected).empty());
    expected.secrets_from_database = true;
    CHECK(kinds({good(), elsewhere}, expected) == std::vector{Kind::several_servers});
    CHECK(kinds({good(), good(4)}, expected).empty());
}

TEST_CASE("the same trouble is the same whatever its figures are") {
    const auto one = judge({failing(1, {"401"})}, expectations(), noon);
    const auto more = judge({failing(2, {"502", "401"})}, expectations(), noon);
    Webhook other = failing(1, {"401"});
    other.id = 4;
    CHECK(one.at(0).same_as(more.at(0)));
    CHECK_FALSE(one.at(0).same_as(judge({other}, expectations(), noon).at(0)));
    CHECK_FALSE(
        one.at(0).same_as(judge({changed([](Webhook& w) { w.secret = "x"; })}, expectations(), noon).at(0)));
}

TEST_CASE("no warning quotes a secret") {
    for (Webhook webhook : {failing(3, {"401"}), good()}) {
        webhook.published = false;
        webhook.tells_opt_outs = false;
        webhook.secret = "top-secret";
        for (const std::string& text : words({webhook})) CHECK(text.find("top-secret") == std::string::npos);
    }
}

TEST_CASE("Mautic 7 refuses a private address: the setting is named, not the daemon blamed") {
    Webhook refused = failing(3, {""});
    CHECK_THAT(words({refused}).at(0), ContainsSubstring("was it running?"));
    refused.requests.private_address_refused = true;
    const auto told = words({refused});
    REQUIRE(told.size() == 1);
    CHECK_THAT(told[0], ContainsSubstring("webhook_allowed_private_addresses"));
    CHECK(told[0].find("was it running?") == std::string::npos);
}
