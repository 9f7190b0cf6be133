// Contacts that were deleted in Mautic count like erasures, and a mass of them pauses.
#include "daemon/deletion_circuit_breaker.h"

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;
using daemon::DeletionCircuitBreaker;

TEST_CASE("More deleted contacts than the limit pause erasing before the first of them is touched") {
    Shelf shelf(limit(10));
    DeletionCircuitBreaker breaker(shelf.queue(), 10);
    CHECK_FALSE(breaker.allow(11, shelf.now()));
    CHECK(shelf.paused());
    CHECK_FALSE(breaker.allow(0, shelf.now()));
    shelf.at(24 * 3600);  // no hour that passes ends it
    CHECK_FALSE(breaker.allow(11, shelf.now()));
    CHECK(shelf.resume());
    CHECK(breaker.allow(12, shelf.now()));  // what was there when somebody let it pass
    CHECK_FALSE(shelf.paused());
    CHECK_FALSE(breaker.allow(11, shelf.now()));
    CHECK(shelf.paused());
}

TEST_CASE("Deleted contacts of one hour count together, and those of the hour before do not") {
    Shelf shelf(limit(10));
    DeletionCircuitBreaker breaker(shelf.queue(), 10);
    CHECK(breaker.allow(4, shelf.now()));
    shelf.at(1'800);
    CHECK(breaker.allow(6, shelf.now()));
    CHECK(breaker.allow(0, shelf.now()));
    shelf.at(3'601);
    CHECK(breaker.allow(4, shelf.now()));
    CHECK_FALSE(shelf.paused());
    CHECK_FALSE(breaker.allow(1, shelf.now()));
    CHECK(shelf.paused());
}

TEST_CASE("Deleted contacts that were allowed are not forgotten by a restart, and count with erasures") {
    Shelf shelf(limit(10));
    CHECK(DeletionCircuitBreaker(shelf.queue(), 10).allow(6, shelf.now()));
    shelf.reopen();
    CHECK(shelf.status().erased_last_hour == 6);
    SECTION("further deleted ones") {
        DeletionCircuitBreaker breaker(shelf.queue(), 10);
        CHECK(breaker.allow(4, shelf.now()));
        CHECK_FALSE(breaker.allow(1, shelf.now()));
    }
    SECTION("erasures") {
        CHECK(shelf.admit(4));
        CHECK_FALSE(shelf.admit());
    }
    SECTION("erasures first") {
        CHECK(shelf.admit(3));
        CHECK_FALSE(DeletionCircuitBreaker(shelf.queue(), 10).allow(2, shelf.now()));
    }
    CHECK(shelf.paused());
    shelf.at(3'660);
    CHECK(shelf.status().erased_last_hour == 0);
}

TEST_CASE("Without a limit any number may be erased, except while erasing is paused") {
    Shelf shelf;
    DeletionCircuitBreaker breaker(shelf.queue(), 0);
    CHECK(breaker.allow(1'000'000, shelf.now()));
    shelf.queue().pause(shelf.now());
    CHECK(shelf.paused());
    CHECK_FALSE(breaker.allow(1, shelf.now()));
    CHECK(shelf.resume());
    CHECK(breaker.allow(1, shelf.now()));
}

TEST_CASE("A pause that deletions caused holds the queue's erasures back too, and outlives a restart") {
    Shelf shelf(limit(2));
    shelf.store({7});
    CHECK_FALSE(DeletionCircuitBreaker(shelf.queue(), 2).allow(3, shelf.now()));
    CHECK(shelf.take().empty());
    shelf.reopen();
    DeletionCircuitBreaker breaker(shelf.queue(), 2);
    CHECK_FALSE(breaker.allow(3, shelf.now()));
    CHECK(shelf.resume());
    CHECK(breaker.allow(3, shelf.now()));
    CHECK(shelf.take() == ids{7});
}

TEST_CASE("After a pause no more deleted contacts pass than the log has told of") {
    Shelf shelf(limit(10));
    DeletionCircuitBreaker breaker(shelf.queue(), 10);
    CHECK_FALSE(breaker.allow(11, shelf.now()));
    CHECK_FALSE(breaker.allow(22, shelf.now()));  // not twice as many yet: not told again
    CHECK(shelf.resume());
    CHECK_FALSE(breaker.allow(22, shelf.now()));
    CHECK(shelf.paused());
    CHECK(shelf.resume());
    CHECK(breaker.allow(22, shelf.now()));
    CHECK_FALSE(shelf.paused());
}

TEST_CASE("Deleted contacts that become twice as many during the pause are told of again") {
    Shelf shelf(limit(10));
    DeletionCircuitBreaker breaker(shelf.queue(), 10);
    CHECK_FALSE(breaker.allow(11, shelf.now()));
    CHECK_FALSE(breaker.allow(1'000, shelf.now()));
    CHECK(shelf.resume());
    CHECK(breaker.allow(1'000, shelf.now()));
}

TEST_CASE("A pause that had another reason lets through no mass of deleted contacts that came after it") {
    Shelf shelf(limit(10));
    DeletionCircuitBreaker breaker(shelf.queue(), 10);
    shelf.queue().pause(shelf.now());
    CHECK_FALSE(breaker.allow(3, shelf.now()));
    CHECK(shelf.resume());
    CHECK_FALSE(breaker.allow(300, shelf.now()));
    CHECK(shelf.paused());
}
