// What status() and list() say.
#include "queue/queue.h"

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("the status counts every state and knows the oldest request") {
    Shelf shelf;
    CHECK_FALSE(shelf.queue().status().oldest_received_at.has_value());
    CHECK(shelf.queue().status().jobs.size() == 5);
    shelf.at(3);
    shelf.store({1, 2, 3, 4, 5});
    shelf.take(4);
    shelf.settle(1, 100, 1);
    shelf.wait(2, 100, 1);
    shelf.park(3);
    for (const JobState state :
         {JobState::ready, JobState::waiting, JobState::running, JobState::settling, JobState::parked}) {
        CHECK(shelf.count(state) == 1);
    }
    const QueueStatus status = shelf.queue().status();
    CHECK(status.oldest_received_at == second(3));
    CHECK(status.file_bytes > 0);
    CHECK(status.format_version == 2);
}

TEST_CASE("a later pass does not look like an old backlog") {
    Shelf shelf;
    shelf.store({1});
    shelf.take();
    shelf.settle(1, 86'400, 1);
    shelf.at(86'400);
    CHECK(shelf.take() == ids{1});
    CHECK_FALSE(shelf.queue().status().oldest_received_at.has_value());
    shelf.release(1);
    CHECK_FALSE(shelf.queue().status().oldest_received_at.has_value());
}

TEST_CASE("a job that waits by decision is no backlog until it is due") {
    Shelf shelf;
    shelf.at(3);
    shelf.store({1});
    shelf.take();
    const auto wait = [&](Timestamp due_at, const std::string& error) {
        Outcome outcome;
        outcome.kind = Outcome::Kind::wait;
        outcome.contact = 1;
        outcome.revision = 1;
        outcome.due_at = due_at;
        outcome.error = error;
        shelf.queue().apply(std::vector<Outcome>{outcome});
    };
    const Timestamp later = now() + std::chrono::hours{1};
    SECTION("a hold or a grace period") {
        wait(later, "");
        CHECK_FALSE(shelf.queue().status().oldest_received_at.has_value());
    }
    SECTION("one that is over") {
        wait(now() - std::chrono::hours{1}, "");
        CHECK(shelf.queue().status().oldest_received_at == second(3));
    }
    SECTION("an error") {
        wait(later, "conflict 1213");
        CHECK(shelf.queue().status().oldest_received_at == second(3));
    }
}

TEST_CASE("jobs are listed by state, the ones an operator must see first") {
    Shelf shelf;
    shelf.store({1, 2, 3});
    shelf.take(2);
    shelf.park(2);
    ids listed;
    for (const Job& job : shelf.queue().list({})) listed.push_back(job.contact);
    CHECK(listed == ids{2, 3, 1});
    CHECK(shelf.queue().list({std::nullopt, 1}).size() == 1);
    REQUIRE(shelf.queue().list({JobState::parked, 100}).size() == 1);
    CHECK(shelf.queue().list({JobState::parked, 100})[0].last_error == "schema 1146");
}
