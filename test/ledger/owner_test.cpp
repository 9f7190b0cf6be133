// Whose erasures a ledger holds.
#include "ledger/owner.h"

#include "base/error.h"
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("The ledger of one Mautic is refused to another one, until that says it is the same") {
    World world;
    world.prepare();
    const std::string ledger = World::ledger_name;
    database::Connection& first = world.daemon;
    const MauticDatabase other_database(server(), "other_mautic");
    database::Connection second(other_database.options());

    CHECK_NOTHROW(ledger::require_owner(second, ledger, ""));  // nobody's yet
    ledger::open_ledger(first, ledger, "mtc_");
    CHECK_NOTHROW(ledger::open_ledger(first, ledger, "mtc_"));
    // Two Mautics where names have case, one where they have none.
    if (world.mautic.value("SELECT @@lower_case_table_names") == "0") {
        CHECK_THROWS_AS(ledger::require_owner(first, ledger, "MTC_"), ConfigurationError);
    } else {
        CHECK_NOTHROW(ledger::require_owner(first, ledger, "MTC_"));
    }
    const std::string before = world.ledger_dump();
    CHECK_THROWS_AS(ledger::open_ledger(second, ledger, "mtc_"), ConfigurationError);
    CHECK_THROWS_AS(ledger::require_owner(second, ledger, "mtc_"), ConfigurationError);
    CHECK_THROWS_AS(ledger::open_ledger(first, ledger, "mtc_2_"), ConfigurationError);
    CHECK_THROWS_AS(ledger::open_ledger(first, ledger, ""), ConfigurationError);
    CHECK(world.ledger_dump() == before);
    // Its own program, an older one, goes on.
    const std::string formats = std::string(World::ledger_name) + ".ledger_format";
    world.daemon.change("DELETE FROM " + formats + " WHERE version > 5");
    CHECK_THROWS_AS(ledger::open_ledger(second, ledger, "mtc_"), ConfigurationError);
    CHECK(ledger::Ledger(second, ledger).format_found() == 5);
    CHECK_NOTHROW(ledger::open_ledger(first, ledger, "mtc_"));
    CHECK(ledger::Ledger(first, ledger).format_found() == ledger::Ledger::format);

    CHECK(ledger::adopt(second, ledger, "mtc_"));
    CHECK_FALSE(ledger::adopt(second, ledger, "mtc_"));
    CHECK_NOTHROW(ledger::open_ledger(second, ledger, "mtc_"));
    CHECK_THROWS_AS(ledger::open_ledger(first, ledger, "mtc_"), ConfigurationError);
}
