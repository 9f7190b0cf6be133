// The daemon needs no more than config/grants.sql gives it.
#include "fixture/grants.h"
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("With exactly the grants of config/grants.sql a contact is erased, from start to complete") {
    PrivateMariaDb server;
    Installation here(server, "mautic");
    server.load_sql(grants_for(here.mautic), "mautic");
    here.config.options.erase("ledger.database");
    here.config.database_password = "a password";
    here.config.options["database.user"] = "\"mautic_gdprd\"";
    here.config.options["worker.settle"] = "[\"500ms\", \"1s\"]";
    here.add_opted_out(1);
    here.add_opted_out(2, 2);
    here.start();
    CHECK(here.status_of("/readyz") == 200);
    CHECK(here.announce(1) == 204);
    CHECK(here.announce(2, "bounced") == 204);
    const auto completed = [&] {
        return server.value("SELECT COUNT(*) FROM erasure WHERE status = 'complete'", "mautic_gdprd") == "2";
    };
    here.wait_until("both are complete", completed);
    CHECK(here.erased(1));
    CHECK(here.erased(2));
    CHECK(here.metric("retries_total{error=\"privilege\"}") == 0);
    CHECK(here.metric("jobs_parked_total") == 0);
    here.daemon->wait_for_log("compared the whole do-not-contact list");
    CHECK(here.daemon->log().find("a background look failed") == std::string::npos);
    here.stop();
}
