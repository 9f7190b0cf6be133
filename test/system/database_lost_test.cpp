// The database server is killed and restarted while the daemon works.
#include <nlohmann/json.hpp>

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
