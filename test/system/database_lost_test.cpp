// The database server is killed and restarted while the daemon works.
#include <nlohmann/json.hpp>

#include "fixture/grants.h"
#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

nlohmann::json readiness(Installation& here) { return nlohmann::json::parse(here.page("/readyz")); }

bool ready(Installation& here, const char* component) {
    return readiness(here).at("components").at(component).at("ready").get<bool>();
}

void wait_for_acknowledgements(Installation& here, const Load& load, std::size_t more) {
    const std::size_t target = load.acknowledged() + more;
    here.wait_until("more is acknowledged", [&] { return load.acknowledged() >= target || load.finished(); });
}

}  // namespace

TEST_CASE("While the database is away webhooks are taken, and afterwards everybody is erased without help") {
    constexpr std::size_t people = 400;
    PrivateMariaDb server;
    Installation here(server, "lost");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, people);
    here.start();
    CHECK(here.status_of("/readyz") == 200);
    Load load(here.config.port, here.config.webhook_secret, aftermath.contacts(), 4);
    for (int round = 0; round < 4; ++round) {
        wait_for_acknowledgements(here, load, 20);
        const bool in_good_order = round == 1;
        in_good_order ? server.stop() : server.kill();
        wait_for_acknowledgements(here, load, 50);
        here.wait_until("/readyz tells", [&] { return here.status_of("/readyz") == 503; });
        CHECK_FALSE(ready(here, "database"));
        CHECK(ready(here, "queue"));
        CHECK(here.status_of("/healthz") == 200);
        CHECK(here.metric("database_up") == 0);
        server.start();
        here.wait_until("/readyz is well again", [&] { return here.status_of("/readyz") == 200; });
    }
    const auto acknowledged = load.acknowledged_contacts();
    CHECK(acknowledged.size() == people);
    CHECK(load.other_answers() == std::set<int>{});
    aftermath.check(acknowledged);
    CHECK(here.metric("jobs_parked_total") == 0);
    CHECK(here.ledger_rows() == people);
    here.stop();
}

TEST_CASE("Started while the database is away, it takes webhooks and erases when the database comes") {
    PrivateMariaDb server;
    Installation here(server, "late");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 3);
    server.kill();
    here.start();
    CHECK(here.status_of("/readyz") == 503);
    CHECK(here.announce(1) == 204);
    CHECK(here.announce(2) == 204);
    server.start();
    aftermath.check({1, 2});
    CHECK(here.ledger_rows() == 2);
    CHECK(here.status_of("/readyz") == 200);
    here.stop();
}

TEST_CASE("Started while Mautic's tables are missing, it takes webhooks and erases when they are back") {
    PrivateMariaDb server;
    Installation here(server, "no_tables");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, 2);
    server.execute("RENAME TABLE leads TO l, lead_donotcontact TO d, lead_fields TO f", here.mautic.name());
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    CHECK(here.status_of("/readyz") == 503);
    CHECK_THAT(here.page("/readyz"), ContainsSubstring("the database has no table leads"));
    CHECK(here.announce(1) == 204);
    server.execute("RENAME TABLE l TO leads, d TO lead_donotcontact, f TO lead_fields", here.mautic.name());
    here.wait_until("/readyz is well", [&] { return here.status_of("/readyz") == 200; });
    aftermath.check({1});
    here.stop();
}

TEST_CASE("Started with a policy that does not fit Mautic's tables, it ends and is not started again") {
    PrivateMariaDb server;
    Installation here(server, "misfit");
    here.config.options["policy.fields.no_such_field"] = "\"keep\"";
    here.launch();
    CHECK(here.daemon->wait_for_exit(std::chrono::seconds(30)) == 2);
}

namespace {

// The daemon as an ordinary user: read-only servers let administrators write.
void use_ordinary_user(PrivateMariaDb& server, Installation& here) {
    server.load_sql(grants_for(here.mautic, here.ledger_database), here.mautic.name());
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
}

// Lines that tell of the server's refusal.
std::size_t refusals(const std::string& log) {
    std::size_t lines = 0;
    for (auto at = log.find("error 1290"); at != std::string::npos; at = log.find("error 1290", at + 1))
        ++lines;
    return lines;
}

}  // namespace

TEST_CASE(
    "A server that takes logins and refuses changes is asked seldom, is told, and works go on when it ends") {
    PrivateMariaDb server;
    Installation here(server, "refuses");
    use_ordinary_user(server, here);
    here.config.options["worker.threads"] = "2";
    for (const ContactId contact : {1, 2, 3}) here.add_opted_out(contact);
    here.start();
    CHECK(here.status_of("/readyz") == 200);
    server.execute("SET GLOBAL read_only = 1");
    const auto begun = std::chrono::steady_clock::now();
    for (const ContactId contact : {1, 2, 3}) CHECK(here.announce(contact) == 204);
    here.wait_until("/readyz tells", [&] { return !ready(here, "database"); });
    CHECK_THAT(readiness(here).at("components").at("database").at("detail").get<std::string>(),
               ContainsSubstring("read-only") || ContainsSubstring("read_only"));
    CHECK(here.metric("database_up") == 0);
    here.wait_until("it was tried five times",
                    [&] { return here.metric("retries_total{error=\"connection\"}") >= 5; });
    // Five attempts one after the other, each after half of twice the pause of the one before at least.
    CHECK(std::chrono::steady_clock::now() - begun >= std::chrono::milliseconds(1'400));
    CHECK_FALSE(ready(here, "database"));
    CHECK(refusals(here.daemon->log()) <= 8);
    CHECK(here.ledger_rows() == 0);
    server.execute("SET GLOBAL read_only = 0");
    here.wait_until_idle();
    for (const ContactId contact : {1, 2, 3}) CHECK(here.erased(contact));
    here.wait_until("/readyz is well again", [&] { return here.status_of("/readyz") == 200; });
    CHECK(here.metric("jobs_parked_total") == 0);
    here.stop();
}

TEST_CASE("Started on a read-only server, it makes its ledger and erases when the server takes changes") {
    PrivateMariaDb server;
    Installation here(server, "read_only_start");
    use_ordinary_user(server, here);
    here.add_opted_out(1);
    server.execute("SET GLOBAL read_only = 1");
    here.launch();
    here.daemon->wait_until_listening(here.config.port);
    CHECK(here.announce(1) == 204);
    here.wait_until("/readyz tells", [&] { return !ready(here, "database"); });
    server.execute("SET GLOBAL read_only = 0");
    here.wait_until_idle();
    CHECK(here.erased(1));
    here.stop();
}
