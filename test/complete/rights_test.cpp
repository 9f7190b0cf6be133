// A whole history, erased by an account that may do what config/grants.sql says.
#include "rights/rights.h"

#include "complete/erased_history.h"
#include "fixture/grants.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Places = std::set<std::string>;

database::ConnectionOptions as_daemon(World& world) {
    auto options = world.mautic.options();
    options.user = "mautic_gdprd";
    options.password = "a password";
    return options;
}

void grant_shipped(World& world) {
    server().load_sql(grants_for(world.mautic, World::ledger_name), "mautic");
}

// By a connection of its own, with the rights of this moment.
erasure::Result erase_as_daemon(World& world, int pass) {
    database::Connection daemon(as_daemon(world));
    erasure::Eraser eraser(daemon, rights::within_rights(daemon, world.rules()));
    return eraser
        .erase(std::vector<erasure::Request>{{FullHistory::subject_id, Origin::webhook, now(), pass, true}})
        .at(0);
}

}  // namespace

TEST_CASE("the shipped grants are enough for a whole history, on every schema") {
    for (const SchemaCase& schema : schema_cases()) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            server().execute("DROP USER IF EXISTS mautic_gdprd@localhost");
            grant_shipped(erased.world);
            database::Connection daemon(as_daemon(erased.world));
            CHECK(rights::find_missing_rights(daemon, *erased.world.rules())->empty());
            CHECK(erase_as_daemon(erased.world, 0).findings.empty());
            CHECK(erased.dump().search(erased.needles) == Places{});
            CHECK(erase_as_daemon(erased.world, 1).status == ledger::Status::complete);
        }
    }
}
