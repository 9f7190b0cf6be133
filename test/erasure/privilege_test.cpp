// An erasure by a user who has exactly what config/grants.sql gives.
#include "erasure/world.h"
#include "fixture/grants.h"
#include "ledger/ledger.h"
#include "plan/build_plan.h"
#include "support/catch.h"
#include "support/server_under_test.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

database::ConnectionOptions as_daemon(const World& world) {
    auto options = world.mautic.options();
    options.user = "mautic_gdprd";
    options.password = "a password";
    return options;
}

void grant(World& world) {
    server().execute("DROP USER IF EXISTS mautic_gdprd@localhost");
    server().execute("DROP DATABASE IF EXISTS mautic_gdprd");
    server().load_sql(grants_for(world.mautic), "mautic");
}

void check_erasure(World& world) {
    for (const ContactId contact : {7, 8}) {
        world.mautic.add_contact(contact);
        world.mautic.unsubscribe(contact);
    }
    grant(world);
    database::Connection daemon(as_daemon(world));
    ledger::Ledger ledger(daemon, "mautic_gdprd");
    ledger.create();
    const auto schema = mautic::read_schema(daemon, world.mautic.prefix());
    CHECK(schema.digest == mautic::read_schema(world.daemon, world.mautic.prefix()).digest);
    const policy::Hasher hasher{policy::HashOptions{}};
    auto rules = std::make_shared<erasure::Rules>(erasure::Rules{nullptr, hasher, {}, "mautic_gdprd"});
    rules->plan =
        std::make_shared<const plan::Plan>(plan::build_plan(shipped_map(), sample_policy(), hasher, schema));
    erasure::Eraser eraser(daemon, rules);
    // A finding as well, so that every table of the ledger is written.
    world.mautic.connection().change("UPDATE " + world.mautic.real_name("email_stats") +
                                     " SET source = email_address WHERE lead_id = 8");
    for (int pass = 0; pass < 2; ++pass) {
        std::vector<erasure::Request> requests;
        for (const ContactId contact : {7, 8}) {
            requests.push_back({contact, Origin::webhook, now(), pass, true});
        }
        const auto results = eraser.erase(requests);
        CHECK(results[0].verdict == erasure::Verdict::erased);
        CHECK(results[1].status == ledger::Status::partial);
    }
    CHECK(ledger.find(7)->status == ledger::Status::complete);
    CHECK(world.mautic.places_of(invented_person(7).marker).empty());
}

}  // namespace

TEST_CASE("the shipped grants are enough for an erasure") {
    for (const char* prefix : {"", "mtc_"}) {
        CAPTURE(prefix);
        World world(prefix);
        check_erasure(world);
    }
}

TEST_CASE("the shipped grants are enough where Mautic insists on an internet address") {
    if (MauticDatabase::facts_versions().empty()) return;
    World world("mtc_", "5.2.10", true);
    check_erasure(world);
    CHECK(world.mautic.row_count("ip_addresses", "ip_address = '*.*.*.*'") == 1);
}

TEST_CASE("without a grant the error names it and nothing is changed") {
    World world;
    world.mautic.add_contact(7);
    world.mautic.unsubscribe(7);
    world.prepare();
    grant(world);
    server().execute("GRANT ALL ON test_ledger.* TO mautic_gdprd@localhost");
    server().execute("REVOKE DELETE ON mautic.lead_notes FROM mautic_gdprd@localhost");
    database::Connection daemon(as_daemon(world));
    erasure::Eraser eraser(daemon, world.rules());
    const std::string before = world.mautic.dump();
    try {
        eraser.erase(std::vector<erasure::Request>{{7, Origin::command, now(), 0, true}});
        FAIL("accepted");
    } catch (const database::DatabaseError& error) {
        CHECK(error.error_class() == database::ErrorClass::privilege);
        // MySQL asks for it already where that table's rows are read together with others, to be locked.
        const bool is_mysql = ServerUnderTest::get().is_mysql();
        CHECK_THAT(error.what(), ContainsSubstring(is_mysql ? "audit_log#note: read" : "lead_notes"));
        CHECK(error.code() == 1142);
    }
    CHECK((world.mautic.dump() == before));
}
