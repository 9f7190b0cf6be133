// How far a scan has come: behind what was read, kept where every daemon sees it, and right after a restore.
#include "background/cursor.h"

#include "background/checkpoints.h"
#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

constexpr std::size_t page_rows = 10;

struct Place {
    Place() {
        world.prepare();
        checkpoints.emplace(world.daemon, world.rules()->ledger_database);
    }

    World world;
    std::optional<Checkpoints> checkpoints;  // of a ledger that is prepared
    Throttle throttle{{0, 0}};
    std::stop_source stop;
    std::stop_token token = stop.get_token();
    std::uint64_t highest = 100;
    bool was_through = false;

    Run run() { return {world.daemon, world.rules(), token, throttle}; }

    // A scan whose pages end at `last`: full ones, or one that is not. Returns where it began.
    std::uint64_t scan(IdCursor& cursor, std::uint64_t last, std::size_t rows = 0) {
        std::optional<std::uint64_t> begun;
        const Run here = run();
        was_through = cursor.scan(
            here, page_rows, [this] { return highest; },
            [&](std::uint64_t& reached) {
                if (!begun) begun = reached;
                reached = std::max(reached, last);
                return rows;
            });
        return begun.value_or(0);
    }

    DatePlace scan(DateCursor& cursor, std::optional<DatePlace> last = std::nullopt) {
        std::optional<DatePlace> begun;
        const Run here = run();
        was_through = cursor.scan(here, page_rows, [&](DatePlace& place, Timestamp until) {
            CHECK(until > now());
            if (!begun) begun = place;
            if (last) place = *last;
            return last ? page_rows : 0;
        });
        return begun.value_or(DatePlace{});
    }
};

}  // namespace

TEST_CASE("A cursor of ids begins at the highest id and stays behind what was read") {
    Place here;
    const std::string name = GENERATE("", "rows_seen");
    CAPTURE(name);
    IdCursor cursor(name, 0ms);
    CHECK(here.scan(cursor, 120) == 100);
    CHECK(here.was_through);
    CHECK(here.scan(cursor, 130) == 100);  // rows up to 120 are read again, once
    here.highest = 130;
    CHECK(here.scan(cursor, 500, page_rows) == 120);
    // Too much at once to be read again.
    CHECK_FALSE(here.was_through);
    here.highest = 900;
    CHECK(here.scan(cursor, 500) == 500);
    // Another process goes on there, if it is kept.
    IdCursor next(name, 0ms);
    CHECK(here.scan(next, 500) == (name.empty() ? 900 : 500));
}

TEST_CASE("A scan reads the pages of a turn, and what a stop ended is read again") {
    Place here;
    IdCursor cursor("rows_seen", 0ms);
    const Run run = here.run();
    std::size_t pages = 0;
    const auto highest = [&] { return here.highest; };
    CHECK_FALSE(cursor.scan(run, page_rows, highest, [&](std::uint64_t& reached) {
        ++reached;
        ++pages;
        return page_rows;
    }));
    CHECK(pages == pages_a_turn);
    CHECK(here.checkpoints->number("rows_seen") == 100 + pages_a_turn);
    here.highest = 1'000;
    CHECK_FALSE(cursor.scan(run, page_rows, highest, [&](std::uint64_t& reached) {
        reached = 900;
        here.stop.request_stop();
        return page_rows;
    }));
    CHECK(here.checkpoints->number("rows_seen") == 100 + pages_a_turn);
}

TEST_CASE("A cursor of ids goes back when the table was restored, and begins before the end when it should") {
    Place here;
    IdCursor cursor("rows_seen", 1h);
    here.scan(cursor, 100);
    here.highest = 40;
    CHECK(here.scan(cursor, 40) == 40);
    IdCursor before_the_end("", 1h, 30);
    CHECK(here.scan(before_the_end, 40) == 10);
    IdCursor few("", 1h, 50);
    CHECK(here.scan(few, 40) == 0);
}

TEST_CASE("A cursor of dates is kept from the first scan on, and goes on in the middle of one") {
    Place here;
    DateCursor cursor("changes_seen", 5min);
    cursor.begin(here.run());
    const auto first = here.checkpoints->time("changes_seen");
    REQUIRE(first.has_value());
    CHECK(*first <= now() - 5min);
    const DatePlace middle{*first + 1min, 7};
    CHECK(here.scan(cursor, middle).at == *first);
    CHECK_FALSE(here.was_through);
    const DatePlace again = here.scan(cursor);
    CHECK(again.at == middle.at);
    CHECK(again.id == 7);
    CHECK(here.was_through);
    CHECK(here.scan(cursor).id == 0);
}

TEST_CASE("A cursor of dates goes back with a restored ledger, and never beyond the clock") {
    Place here;
    DateCursor cursor("changes_seen", 5min);
    here.scan(cursor);
    const Timestamp backup = std::chrono::floor<std::chrono::seconds>(now() - 4h);
    here.checkpoints->set_time("changes_seen", backup);
    CHECK(here.scan(cursor).at == backup);
    here.checkpoints->set_time("changes_seen", now() + 24h);
    CHECK(here.scan(cursor).at <= now() - 5min);
}

TEST_CASE("An index is looked for again when the schema has changed") {
    IndexCache cache;
    int asked = 0;
    const auto find = [&asked] { return "index_" + std::to_string(++asked); };
    CHECK(cache.get("a", find) == "index_1");
    CHECK(cache.get("a", find) == "index_1");
    CHECK(cache.get("b", find) == "index_2");
}
