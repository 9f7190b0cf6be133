// The daemon needs no more than config/grants.sql gives it.
#include "support/catch.h"
#include "system/installation.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

void put_in(std::string& text, std::string_view from, std::string_view to) {
    for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
        text.replace(at, from.size(), to);
    }
}

}  // namespace

TEST_CASE("With exactly the grants of config/grants.sql a contact is erased, from start to complete") {
    PrivateMariaDb server;
    Installation here(server, "mautic");
    std::string grants = read_file(std::filesystem::path(GDPRD_SOURCE_DIR) / "config/grants.sql");
    put_in(grants, "{password}", "'of the daemon'");
    server.load_sql(grants, "mautic");
    here.config.options.erase("ledger.database");
    here.config.database_password = "of the daemon";
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
    here.stop();
}
