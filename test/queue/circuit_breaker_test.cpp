// The circuit breaker: when erasing pauses, what counts, and what a pause leaves alone.
#include "queue/circuit_breaker.h"

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("as many as the limit says are erased, and not one more") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 9));
    CHECK(shelf.erase_next(3) == ids{1, 2, 3});
    CHECK(shelf.erase_next(6) == ids{4, 5});
    CHECK(shelf.status().erased_last_hour == 5);
    CHECK(shelf.paused());
    CHECK(shelf.status().paused_since == second(0));
    CHECK(shelf.status().held_back == 4);
    CHECK(shelf.count(JobState::ready) == 4);
    shelf.at(100'000);
    CHECK(shelf.take().empty());
    CHECK(shelf.status().paused_since == second(0));
}

TEST_CASE("what is in the queue counts for nothing until it is erased") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 1'000));
    for (const ContactId contact : shelf.take(990)) shelf.finish(contact);  // erased already, or on hold
    CHECK_FALSE(shelf.paused());
    CHECK(shelf.erase_next(5).size() == 5);
    CHECK_FALSE(shelf.paused());
    CHECK(shelf.erase_next(1).empty());
    CHECK(shelf.paused());
}

TEST_CASE("a transaction of more than there is room for is not let through in part") {
    Shelf shelf(limit(5));
    CHECK(shelf.admit(4));
    CHECK_FALSE(shelf.admit(2));
    CHECK(shelf.paused());
    CHECK(shelf.status().erased_last_hour == 4);
    CHECK_FALSE(shelf.admit(1));
}

TEST_CASE("what was let through and rolled back is given back") {
    Shelf shelf(limit(5));
    CHECK(shelf.admit(5));
    shelf.queue().give_back(2, shelf.now());
    CHECK(shelf.status().erased_last_hour == 3);
    CHECK(shelf.admit(2));
    CHECK_FALSE(shelf.admit(1));
    shelf.queue().give_back(99, shelf.now());
    CHECK(shelf.status().erased_last_hour == 0);
    CHECK(shelf.paused());
}

TEST_CASE("what was let through stays counted when the daemon is killed before it commits") {
    Shelf shelf(limit(5));
    CHECK(shelf.admit(5));
    shelf.reopen();
    CHECK(shelf.status().erased_last_hour == 5);
    CHECK_FALSE(shelf.admit(1));
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
    CHECK_FALSE(shelf.admit(4));
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
    CHECK_FALSE(shelf.admit(2));
    CHECK(shelf.take().empty());
    shelf.store({1, 3});
    CHECK(shelf.store_new({4}) == 1);
    CHECK(shelf.count(JobState::ready) == 4);
    CHECK(shelf.job(1)->revision == 2);
}
