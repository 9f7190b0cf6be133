// Mautic's own tables say that its webhook is in trouble, and what its secret is: the daemon tells, and goes
// by it, without a restart.
#include <nlohmann/json.hpp>

#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* first_secret = "the first secret in Mautic's table";
constexpr const char* second_secret = "the second secret in Mautic's table";

// Mautic's webhook to this daemon.
std::uint64_t add_webhook(Installation& here, const std::string& secret) {
    const std::uint64_t id = here.mautic.insert(
        "webhooks", {{"name", "a name that nobody may show"},
                     {"webhook_url", "http://user:password@127.0.0.1:8480/webhook?token=secret"},
                     {"secret", secret},
                     {"is_published", std::int64_t{1}}});
    here.mautic.insert("webhook_events",
                       {{"webhook_id", id}, {"event_type", "mautic.lead_channel_subscription_changed"}});
    return id;
}

void change_secret(Installation& here, const std::string& secret) {
    here.mautic.connection().change("UPDATE webhooks SET secret = ?", std::vector<database::Value>{secret});
}

void use_database_secret(Installation& here) {
    here.config.options.erase("webhook.secret_files");
    here.config.options["webhook.secret"] = "\"from-database\"";
}

std::vector<std::string> warnings(Installation& here) {
    return nlohmann::json::parse(here.page("/readyz")).at("warnings");
}

bool warns(Installation& here, const std::string& part) {
    for (const std::string& warning : warnings(here)) {
        if (warning.find(part) != std::string::npos) return true;
    }
    return false;
}

}  // namespace

TEST_CASE("A webhook that Mautic switched off is told by /readyz, a metric and once in the log") {
    Installation here("webhook_off");
    here.config.options["sweep.incremental"] = "\"100ms\"";
    add_webhook(here, here.config.webhook_secret);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    CHECK(warnings(here).empty());
    CHECK(here.metric("mautic_webhook_warnings") == 0);

    here.mautic.connection().change("UPDATE webhooks SET is_published = 0");
    here.wait_until("it is told",
                    [&] { return warns(here, "webhook: Mautic's webhook 1 is not published"); });
    CHECK(here.status_of("/readyz") == 200);
    CHECK(here.metric("mautic_webhook_warnings") == 1);
    here.mautic.connection().change("UPDATE webhooks SET is_published = 1");
    here.wait_until("it is well again", [&] { return warnings(here).empty(); });
    CHECK(here.metric("mautic_webhook_warnings") == 0);
    here.daemon->wait_for_log("webhook: resolved: Mautic's webhook 1 is not published");
    here.mautic.connection().change("UPDATE webhooks SET webhook_url = 'https://crm.example.org/hook'");
    here.wait_until("none is left", [&] { return warns(here, "no webhook of Mautic has a URL that ends"); });
    here.mautic.connection().change("RENAME TABLE webhook_events TO hidden_events");
    here.mautic.connection().change("UPDATE webhooks SET webhook_url = 'http://127.0.0.1:8480/webhook'");
    here.wait_until("that is told too",
                    [&] { return warns(here, "Mautic's tables of webhooks cannot be read"); });
    CHECK(here.status_of("/readyz") == 200);

    const std::string log = here.daemon->log();
    const std::string told = "warning webhook: Mautic's webhook 1 is not published";
    CHECK(log.find(told) != std::string::npos);
    CHECK(log.find(told) == log.rfind(told));
    for (const std::string& secret : {here.config.webhook_secret, std::string("token=secret"),
                                      std::string("password@"), std::string("nobody may show")}) {
        CHECK(log.find(secret) == std::string::npos);
        CHECK(here.page("/readyz").find(secret) == std::string::npos);
    }
    here.stop();
}

TEST_CASE("Events that wait in Mautic's queue are counted") {
    Installation here("webhook_queue");
    here.config.options["sweep.incremental"] = "\"100ms\"";
    const auto id = add_webhook(here, here.config.webhook_secret);
    for (int i = 0; i < 3; ++i) {
        here.mautic.insert("webhook_queue", {{"webhook_id", id},
                                             {"event_id", std::uint64_t{1}},
                                             {"date_added", "2026-01-01 10:00:00"},
                                             {"payload", "{}"}});
    }
    here.start();
    here.wait_until("they are told", [&] { return here.metric("mautic_webhook_queue_rows") == 3; });
    CHECK(warns(here, "3 events wait in Mautic's queue, the oldest since 2026-01-01 10:00:00 UTC"));
    here.stop();
}

TEST_CASE("The secret is taken from Mautic's table, and again when it changes there") {
    Installation here("webhook_secret");
    here.config.options["sweep.incremental"] = "\"100ms\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
    use_database_secret(here);
    for (const ContactId contact : {1, 2}) here.add_opted_out(contact);
    add_webhook(here, first_secret);
    here.start();
    CHECK(here.post(webhook_body({1}), first_secret) == 204);
    for (const char* wrong : {second_secret, ""}) {
        here.wait_until("it is refused", [&] { return here.post(webhook_body({2}), wrong) == 401; });
    }
    here.wait_for_ledger(1, "settling");

    change_secret(here, second_secret);
    here.wait_until("the new one is accepted",
                    [&] { return here.post(webhook_body({2}), second_secret) == 204; });
    CHECK(here.post(webhook_body({2}), first_secret) ==
          204);  // requests signed with it are still on their way
    here.wait_for_ledger(2, "settling");
    CHECK(warnings(here).empty());

    change_secret(here, "");
    here.wait_until("it is told", [&] { return warns(here, "Mautic's webhook 1 has no secret"); });
    here.wait_until("it is refused", [&] { return here.post(webhook_body({2}), "") == 401; });
    here.stop();
    for (const auto& entry : std::filesystem::recursive_directory_iterator(here.directory.path())) {
        if (!entry.is_regular_file()) continue;
        CAPTURE(entry.path().filename().string());
        const std::string bytes = read_file(entry.path());
        CHECK(bytes.find(first_secret) == std::string::npos);
        CHECK(bytes.find(second_secret) == std::string::npos);
    }
}

TEST_CASE("A secret that was changed in Mautic a moment ago is accepted at once") {
    Installation here("webhook_changed_secret");
    here.config.options["sweep.incremental"] = "\"1h\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
    use_database_secret(here);
    here.add_opted_out(1);
    add_webhook(here, first_secret);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    change_secret(here, second_secret);
    CHECK(here.post(webhook_body({1}), second_secret) == 204);
    here.wait_for_ledger(1, "settling");
    CHECK(here.metric("webhooks_received_total{outcome=\"unauthentic\"}") == 0);
    here.stop();
}

TEST_CASE("While the database hangs no unknown signature is refused, and nobody waits for it") {
    PrivateServer server;
    Installation here(server, "webhook_hanging");
    here.config.options["sweep.incremental"] = "\"1h\"";
    use_database_secret(here);
    add_webhook(here, first_secret);
    here.start();
    here.wait_until("the plan is made", [&] { return here.status_of("/readyz") == 200; });
    change_secret(here, second_secret);
    server.hang();
    const auto begun = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) CHECK(here.post(webhook_body({1}), second_secret) == 0);
    CHECK(here.post(webhook_body({1}), first_secret) == 204);
    CHECK(here.status_of("/healthz") == 200);
    // Twenty of them waiting for the database would take ten seconds at the least.
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds{8});
    server.wake_up();
    here.wait_until("it is accepted", [&] { return here.post(webhook_body({1}), second_secret) == 204; });
    here.wait_until("rubbish is refused", [&] { return here.post(webhook_body({1}), "rubbish") == 401; });
    here.stop();
}

TEST_CASE("A reload reads the secrets too, and may begin to") {
    Installation here("webhook_reload");
    here.config.options["sweep.incremental"] = "\"1h\"";
    here.config.options["worker.settle"] = "[\"1h\"]";
    add_webhook(here, first_secret);
    here.start();
    CHECK(here.post(webhook_body({1}), first_secret) == 401);
    here.config.options["webhook.secret"] = "\"from-database\"";
    here.config.write();
    here.daemon->reload();
    here.daemon->wait_for_log("configuration reloaded");
    CHECK(here.post(webhook_body({1}), first_secret) == 204);
    CHECK(here.announce(1) == 204);
    change_secret(here, second_secret);
    here.daemon->reload();
    here.daemon->wait_for_log("configuration reloaded", 2);
    CHECK(here.post(webhook_body({1}), second_secret) == 204);
    here.stop();
}

TEST_CASE("While the database that has the secret is away no webhook is answered, so that Mautic keeps it") {
    PrivateServer server;
    Installation here(server, "webhook_late");
    here.config.options["sweep.incremental"] = "\"100ms\"";
    use_database_secret(here);
    here.add_opted_out(1);
    add_webhook(here, first_secret);
    server.kill();
    here.start();
    CHECK(here.post(webhook_body({1}), first_secret) == 0);
    CHECK(here.post(webhook_body({1}), "anything") == 0);
    CHECK(here.metric("webhooks_received_total{outcome=\"not_stored\"}") == 2);
    CHECK(here.metric("webhooks_received_total{outcome=\"unauthentic\"}") == 0);
    server.start();
    here.wait_until("the secret is known", [&] { return here.post(webhook_body({1}), first_secret) == 204; });
    here.wait_until("rubbish is refused", [&] { return here.post(webhook_body({1}), "anything") == 401; });
    here.wait_until("the contact is erased", [&] { return here.ledger(1) != "no row"; });
    CHECK(server.value("SELECT email FROM leads WHERE id = 1", "webhook_late") != invented_person(1).email());
    here.stop();
}
