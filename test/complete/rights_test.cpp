// A whole history, erased by an account that may do what config/grants.sql says, and by one that may do less.
#include "rights/rights.h"

#include "complete/erased_history.h"
#include "fixture/grants.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Places = std::set<std::string>;
using Texts = std::vector<std::string>;

database::ConnectionOptions as_daemon(World& world) {
    auto options = world.mautic.options();
    options.user = "mautic_gdprd";
    options.password = "a password";
    return options;
}

void grant_shipped(World& world) {
    server().load_sql(grants_for(world.mautic, World::ledger_name), "mautic");
}

// Reading everything, contacts and their opt-outs, and the ledger: without one of these nobody is erased.
void grant_least(World& world) {
    const std::string to = " TO mautic_gdprd@localhost";
    server().execute("CREATE USER mautic_gdprd@localhost IDENTIFIED BY 'a password'");
    server().execute("GRANT SELECT ON mautic.*" + to);
    server().execute("GRANT ALL ON " + std::string(World::ledger_name) + ".*" + to);
    for (const char* table : {"leads", "lead_donotcontact"}) {
        server().execute("GRANT UPDATE ON mautic." + world.mautic.real_name(table) + to);
    }
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

TEST_CASE("with rights on contacts alone the rest waits, and is erased once they are there") {
    for (const SchemaCase& schema : {schema_cases().front(), schema_cases().back()}) {
        DYNAMIC_SECTION(schema.name()) {
            ErasedHistory erased(schema);
            server().execute("DROP USER IF EXISTS mautic_gdprd@localhost");
            grant_least(erased.world);
            for (const int pass : {0, 1}) {
                const auto result = erase_as_daemon(erased.world, pass);
                CHECK(result.verdict == erasure::Verdict::erased);
                CHECK(result.status == ledger::Status::partial);
            }
            const Dump waiting = erased.dump();
            CHECK(waiting.search(erased.needles, [](const RowMaker::RowId& row) {
                return row.first == "leads";
            }) == Places{});
            CHECK_FALSE(waiting.search(erased.needles).empty());
            CHECK(erased.changes_of_others(erased.before, waiting) == Texts{});

            grant_shipped(erased.world);
            for (const int pass : {2, 3, 4}) erase_as_daemon(erased.world, pass);
            const Dump after = erased.dump();
            CHECK(after.search(erased.needles) == Places{});
            CHECK(erased.changes_of_others(erased.before, after) == Texts{});
            CHECK(erased.world.ledger(FullHistory::subject_id)->status == ledger::Status::complete);
        }
    }
}
