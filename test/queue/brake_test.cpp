// The brake: when erasing pauses, what counts, and what a pause leaves alone.
#include "queue/brake.h"

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("a mass change that is in the queue at once is held back as a whole") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 6));
    CHECK(shelf.take(1).empty());
    CHECK(shelf.status().paused_since == second(0));
    CHECK(shelf.status().braked == 6);
    CHECK(shelf.count(JobState::ready) == 6);
    shelf.at(100'000);
    CHECK(shelf.take().empty());
    CHECK(shelf.status().paused_since == second(0));
}

TEST_CASE("as many as the limit says are erased, and not one more") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 5));
    CHECK(shelf.erase_next(3) == ids{1, 2, 3});
    CHECK(shelf.erase_next(3) == ids{4, 5});
    CHECK(shelf.status().erased_last_hour == 5);
    CHECK(shelf.take().empty());
    CHECK_FALSE(shelf.paused());
    shelf.store({6});
    CHECK(shelf.take().empty());
    CHECK(shelf.paused());
}

TEST_CASE("running jobs count, too: many workers do not erase more than one") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 4));
    CHECK(shelf.take(3).size() == 3);
    shelf.store(range(5, 6));
    CHECK(shelf.take().empty());
    CHECK(shelf.paused());
}

TEST_CASE("an hour later other contacts may be erased") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 5));
    shelf.erase_next(5);
    shelf.at(59 * 60);
    CHECK(shelf.status().erased_last_hour == 5);
    shelf.at(60 * 60);
    CHECK(shelf.status().erased_last_hour == 0);
    shelf.store(range(6, 10));
    CHECK(shelf.erase_next(5).size() == 5);
    CHECK(shelf.status().erased_last_hour == 5);
    shelf.close();
    CHECK(ask_sqlite(shelf.file(), "SELECT count(*) FROM erasures") == "1");
}

TEST_CASE("what was erased counts after a clock was set back, but not for ever") {
    Shelf shelf(limit(5));
    shelf.at(30 * 60);
    shelf.store(range(1, 4));
    shelf.erase_next(4);
    shelf.at(0);
    CHECK(shelf.status().erased_last_hour == 4);
    shelf.at(-3 * 60 * 60);
    CHECK(shelf.status().erased_last_hour == 0);
}

TEST_CASE("only erasures that nobody asked for by hand are counted") {
    Shelf shelf(limit(5));
    SECTION("not what was no erasure") {
        shelf.store(range(1, 5));
        shelf.take();
        shelf.finish(1);
        shelf.settle(2, 50, 1);
        shelf.wait(3, 50, 0, "");
        shelf.park(4);
        shelf.release(5);
        CHECK(shelf.status().erased_last_hour == 0);
    }
    SECTION("not later passes") {
        shelf.store({1});
        shelf.erase_next(1);
        shelf.at(2'000'000);
        CHECK(shelf.erase_next(1) == ids{1});
        CHECK(shelf.status().erased_last_hour == 0);
    }
    SECTION("not what was asked for by hand, and it is never held back") {
        shelf.store(range(1, 20), Origin::command);
        CHECK(shelf.erase_next(20).size() == 20);
        CHECK(shelf.status().erased_last_hour == 0);
        CHECK_FALSE(shelf.paused());
    }
    SECTION("what the sweep found") {
        shelf.store_new(range(1, 5));
        CHECK(shelf.erase_next(5).size() == 5);
        CHECK(shelf.status().erased_last_hour == 5);
    }
    SECTION("an outcome told twice counts once") {
        shelf.store({1});
        shelf.take();
        shelf.erase(1);
        shelf.erase(1);
        CHECK(shelf.status().erased_last_hour == 1);
    }
    SECTION("an erasure with a request that came meanwhile counts") {
        shelf.store({1});
        shelf.take();
        shelf.store({1});
        shelf.erase(1);
        CHECK(shelf.state(1) == "ready");
        CHECK(shelf.status().erased_last_hour == 1);
    }
}

TEST_CASE("of the jobs that wait those that are due count") {
    Shelf shelf(limit(5));
    for (ContactId contact = 1; contact <= 8; ++contact) {
        shelf.store({contact});
        shelf.take();
        shelf.wait(contact, 100 + static_cast<std::int64_t>(contact), 0, "");
    }
    shelf.store({9});
    CHECK(shelf.take() == ids{9});
    shelf.at(104);
    CHECK_FALSE(shelf.paused());
    SECTION("few enough") {
        CHECK(shelf.take() == ids{1, 2, 3, 4});
        CHECK_FALSE(shelf.paused());
    }
    SECTION("too many") {
        shelf.at(105);
        CHECK(shelf.take().empty());
        CHECK(shelf.paused());
        CHECK(shelf.status().braked == 9);
    }
}

TEST_CASE("later passes and what was asked for by hand go on while erasing is paused") {
    Shelf shelf(limit(3));
    shelf.store({101, 102, 103});
    shelf.take();
    shelf.settle(101, 10, 1);
    shelf.settle(102, 10, 1);
    shelf.settle(103, 10, 1);
    shelf.store({21}, Origin::command);
    shelf.take();
    shelf.wait(21, 30, 1);
    shelf.at(20);
    shelf.store(range(1, 9));
    CHECK(shelf.take(2) == ids{101, 102});
    CHECK(shelf.paused());
    shelf.store({20}, Origin::command);
    shelf.wait(101, 30, 1);  // a later pass is to be tried again
    shelf.release(102);
    CHECK(shelf.take(1) == ids{102});
    shelf.at(30);
    ids taken = shelf.take();
    std::ranges::sort(taken);
    CHECK(taken == ids{20, 21, 101, 103});
    CHECK(shelf.take().empty());

    SECTION("a new request for such a contact is held back") {
        shelf.store({101});
        shelf.settle(101, 40, 2);
        CHECK(shelf.state(101) == "ready");
        CHECK(shelf.take().empty());
    }
}

TEST_CASE("requests are stored while erasing is paused") {
    Shelf shelf(limit(1));
    shelf.store({1, 2});
    CHECK(shelf.take().empty());
    shelf.store({1, 3});
    CHECK(shelf.store_new({4}) == 1);
    CHECK(shelf.count(JobState::ready) == 4);
    CHECK(shelf.job(1)->revision == 2);
}
