// How far a scan has come: behind what was read, kept where every daemon sees it, and right after a restore.
#include "background/cursor.h"

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

struct Place {
    Place() {
        world.prepare();
        checkpoints.emplace(world.daemon, world.rules()->ledger_database);
    }

    World world;
    std::optional<Checkpoints> checkpoints;  // of a ledger that is prepared
    std::uint64_t highest = 100;

    std::uint64_t begin(IdCursor& cursor) {
        return cursor.begin(*checkpoints, [this] { return highest; });
    }
};

}  // namespace

TEST_CASE("A cursor of ids begins at the highest id and stays behind what was read") {
    Place here;
    const std::string name = GENERATE("", "rows_seen");
    CAPTURE(name);
    IdCursor cursor(name, 0ms);
    CHECK(here.begin(cursor) == 100);
    cursor.end(*here.checkpoints, 120, true);
    CHECK(here.begin(cursor) == 100);  // rows up to 120 are read again, once
    cursor.end(*here.checkpoints, 130, true);
    here.highest = 130;
    CHECK(here.begin(cursor) == 120);
    // Too much at once to be read again.
    cursor.end(*here.checkpoints, 500, false);
    here.highest = 900;
    CHECK(here.begin(cursor) == 500);
    // Another process goes on there, if it is kept.
    IdCursor next(name, 0ms);
    CHECK(here.begin(next) == (name.empty() ? 900 : 500));
}

TEST_CASE("A cursor of ids goes back when the table was restored, and begins before the end when it should") {
    Place here;
    IdCursor cursor("rows_seen", 1h);
    here.begin(cursor);
    here.highest = 40;
    CHECK(here.begin(cursor) == 40);
    IdCursor before_the_end("", 1h, 30);
    CHECK(here.begin(before_the_end) == 10);
    IdCursor few("", 1h, 50);
    CHECK(here.begin(few) == 0);
}

TEST_CASE("A cursor of dates is kept from the first scan on, and goes on in the middle of one") {
    Place here;
    DateCursor cursor("changes_seen", 5min);
    const Timestamp first = cursor.begin(*here.checkpoints).at;
    CHECK(first <= now() - 5min);
    CHECK(here.checkpoints->time("changes_seen").has_value());
    cursor.advance({first + 1min, 7});
    CHECK(cursor.begin(*here.checkpoints).at == first + 1min);
    CHECK(cursor.begin(*here.checkpoints).id == 7);
    cursor.end(*here.checkpoints);
    CHECK(cursor.begin(*here.checkpoints).id == 0);
    CHECK(cursor.until() > now());
}

TEST_CASE("A cursor of dates goes back with a restored ledger, and never beyond the clock") {
    Place here;
    DateCursor cursor("changes_seen", 5min);
    cursor.begin(*here.checkpoints);
    cursor.end(*here.checkpoints);
    const Timestamp backup = std::chrono::floor<std::chrono::seconds>(now() - 4h);
    here.checkpoints->set_time("changes_seen", backup);
    CHECK(cursor.begin(*here.checkpoints).at == backup);
    here.checkpoints->set_time("changes_seen", now() + 24h);
    CHECK(cursor.begin(*here.checkpoints).at <= now() - 5min);
}

TEST_CASE("An index is looked for again when the schema has changed") {
    IndexCache cache;
    int asked = 0;
    const auto find = [&asked] { return "index_" + std::to_string(++asked); };
    CHECK(cache.get("a", find) == "index_1");
    CHECK(cache.get("a", find) == "index_1");
    CHECK(cache.get("b", find) == "index_2");
}
