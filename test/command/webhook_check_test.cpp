// What check says of Mautic's webhooks.
#include <nlohmann/json.hpp>

#include "command/program.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

void add_webhook(Site& site, const std::string& secret) {
    const auto id =
        site.mautic.insert("webhooks", {{"name", "a name that nobody may show"},
                                        {"webhook_url", "https://gdpr.example.org/webhook?token=1"},
                                        {"secret", secret},
                                        {"is_published", std::int64_t{1}}});
    site.mautic.insert("webhook_events",
                       {{"webhook_id", id}, {"event_type", "mautic.lead_channel_subscription_changed"}});
}

// "ok: …" and "warning: …" of the topic, with the advice.
std::vector<std::string> lines(Site& site) {
    std::vector<std::string> found;
    const Answer answer = site.run({"check", "--json"});
    CAPTURE(answer.text);
    const auto report = nlohmann::json::parse(answer.text);
    for (const auto& line : report.at("findings")) {
        if (line.at("topic") != "webhook") continue;
        found.push_back(line.at("kind").get<std::string>() + ": " + line.at("text").get<std::string>() +
                        ". " + line.at("advice").get<std::string>());
    }
    CHECK(answer.text.find("nobody may show") == std::string::npos);
    CHECK(answer.text.find("token") == std::string::npos);
    return found;
}

std::string only_line(Site& site) {
    const auto found = lines(site);
    REQUIRE(found.size() == 1);
    return found[0];
}

}  // namespace

TEST_CASE("check says whether Mautic's webhook lives") {
    Site site("check_webhook");
    site.make_ledger();
    CHECK_THAT(only_line(site),
               ContainsSubstring("warning: no webhook of Mautic has a URL that ends in /webhook"));

    add_webhook(site, site.here.config.webhook_secret);
    CHECK_THAT(only_line(site),
               ContainsSubstring("ok: Mautic's webhook 1: published, subscribed, its secret is "
                                 "known, no request yet"));
    site.mautic.insert("webhook_logs", {{"webhook_id", std::uint64_t{1}},
                                        {"status_code", "204"},
                                        {"date_added", "2026-03-01 12:00:00"},
                                        {"note", "a note that nobody may show"}});
    CHECK_THAT(only_line(site), ContainsSubstring("a request was accepted at 2026-03-01 12:00:00 UTC"));

    site.mautic.connection().change("UPDATE webhooks SET secret = 'another', is_published = 0");
    const auto found = lines(site);
    REQUIRE(found.size() == 2);
    CHECK_THAT(found[0], ContainsSubstring("warning: Mautic's webhook 1 is not published"));
    CHECK_THAT(found[1], ContainsSubstring("secret that is none of this daemon's"));
    CHECK(site.run({"check"}).exit_code == 0);

    site.options["webhook.url"] = "\"https://gdpr.example.org/elsewhere\"";
    CHECK_THAT(only_line(site), ContainsSubstring("the URL that [webhook] url names"));
}

TEST_CASE("check of secrets from the database") {
    Site site("check_database_secret");
    site.make_ledger();
    site.options.erase("webhook.secret_files");
    site.options["webhook.secret"] = "\"from-database\"";
    add_webhook(site, "a secret of Mautic's");
    CHECK_THAT(only_line(site), ContainsSubstring("ok: Mautic's webhook 1"));
    const Answer answer = site.run({"check"});
    CHECK_THAT(answer.text, ContainsSubstring("0 webhook secrets and those of Mautic"));
    CHECK(answer.text.find("a secret of Mautic's") == std::string::npos);
    site.mautic.connection().change("UPDATE webhooks SET secret = ''");
    CHECK_THAT(only_line(site), ContainsSubstring("warning: Mautic's webhook 1 has no secret"));
    site.mautic.insert("webhooks", {{"name", "other"},
                                    {"webhook_url", "https://crm.example.org/webhook"},
                                    {"secret", "x"},
                                    {"is_published", std::int64_t{0}}});
    CHECK_THAT(lines(site).back(), ContainsSubstring("webhooks of Mautic to 2 different servers"));
}

TEST_CASE("check without the right to read Mautic's webhooks") {
    Site site("check_webhook_grant");
    site.make_ledger();
    site.mautic.connection().change("DROP TABLE webhook_logs, webhook_queue, webhook_events, webhooks");
    CHECK_THAT(only_line(site), ContainsSubstring("warning: Mautic's tables of webhooks cannot be read"));
}
