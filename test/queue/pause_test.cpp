// A pause of the circuit breaker: how it ends, what it survives, and what workers do meanwhile.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <thread>

#include "shelf.h"
#include "support/catch.h"
#include "syscalls.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("an operator lets through what is there, and nothing else") {
    Shelf shelf(limit(3));
    shelf.store({1, 2, 3});
    shelf.take(3);
    shelf.wait(1, 50, 1);
    shelf.park(2);
    shelf.store(range(4, 9));
    CHECK_FALSE(shelf.admit(9));
    CHECK(shelf.take().empty());
    REQUIRE(shelf.paused());
    CHECK(shelf.resume() == 8);  // one waits, one runs, six are ready; the parked one stays where it is
    CHECK_FALSE(shelf.paused());
    CHECK(shelf.status().held_back == 0);
    CHECK(shelf.resume() == std::nullopt);

    shelf.erase(3);
    CHECK(shelf.erase_next(100) == range(4, 9));
    shelf.at(50);
    CHECK(shelf.erase_next(100) == ids{1});
    CHECK(shelf.status().erased_last_hour == 0);

    SECTION("the next ones have the whole limit, and no more") {
        shelf.store(range(10, 12));
        CHECK(shelf.erase_next(100).size() == 3);
        CHECK_FALSE(shelf.paused());
        shelf.store({13});
        CHECK(shelf.erase_next().empty());
        CHECK(shelf.paused());
    }
    SECTION("a new request for one that was let through is a new one") {
        shelf.store(range(4, 7));
        CHECK(shelf.erase_next(4).size() == 3);
        CHECK(shelf.paused());
    }
}

TEST_CASE("what was let through and turned out to need nothing makes no room for others") {
    Shelf shelf(limit(3));
    shelf.store(range(1, 100));
    CHECK_FALSE(shelf.admit(4));
    CHECK(shelf.resume() == 100);
    for (const ContactId contact : shelf.take()) shelf.finish(contact);
    shelf.store(range(1, 4));
    CHECK(shelf.erase_next().size() == 3);
    CHECK(shelf.paused());
}

TEST_CASE("what was erased before a pause is forgotten when it ends") {
    Shelf shelf(limit(3));
    shelf.store({1, 2, 3});
    shelf.erase_next(3);
    shelf.store({4});
    CHECK(shelf.erase_next().empty());
    CHECK(shelf.resume() == 1);
    CHECK(shelf.erase_next(10) == ids{4});
    shelf.store({5, 6, 7});
    CHECK(shelf.erase_next(10) == ids{5, 6, 7});
    CHECK_FALSE(shelf.paused());
}

TEST_CASE("jobs that an operator brings back are not held back") {
    Shelf shelf(limit(3));
    for (ContactId contact = 1; contact <= 6; ++contact) {
        shelf.store({contact});
        shelf.take();
        shelf.park(contact);
    }
    CHECK_FALSE(shelf.paused());
    CHECK(shelf.queue().redrive(std::vector<ContactId>{1}) == 1);
    CHECK(shelf.queue().redrive({}) == 5);
    CHECK(shelf.erase_next(10).size() == 6);
    CHECK_FALSE(shelf.paused());
    CHECK(shelf.status().erased_last_hour == 0);
}

TEST_CASE("more than one portion is let through, with ids of every size") {
    Shelf shelf(limit(10));
    ids contacts = range(1, 2'500);
    for (const ContactId large : {9223372036854775807u, 9223372036854775808u, 18446744073709551615u}) {
        contacts.push_back(large);
    }
    shelf.store(contacts);
    CHECK_FALSE(shelf.admit(11));
    CHECK(shelf.resume() == 2'503);
    CHECK(shelf.take(3'000).size() == 2'503);
}

TEST_CASE("without a limit nothing pauses, and what is paused stays so until it is ended") {
    Shelf shelf(limit(0));
    shelf.store(range(1, 6'000));
    CHECK(shelf.take(1).size() == 1);
    SECTION("a limit that comes later") {
        QueueOptions options = limit(5);
        options.directory = shelf.options().directory;
        shelf.close();
        {
            Queue queue(options);
            CHECK_FALSE(queue.admit(6, second(0)));
            CHECK(queue.take(10, second(0)).empty());
            CHECK(queue.status().paused_since == second(0));
        }
        options.erasures_per_hour_max = 0;
        Queue queue(options);
        CHECK(queue.take(10, second(5)).empty());
        CHECK(queue.status().paused_since == second(0));
        CHECK(QueueFile(options).resume() == 6'000);
        CHECK(queue.take(10, second(5)).size() == 10);
    }
}

TEST_CASE("a pause waits for the disk, once") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 6));
    const int before = fsyncs();
    CHECK_FALSE(shelf.admit(6));
    CHECK(fsyncs() - before == 1);
    CHECK_FALSE(shelf.admit(1));
    CHECK(shelf.take().empty());
    CHECK(fsyncs() - before == 1);
}

TEST_CASE("a pause that cannot be written lets nothing through") {
    Shelf shelf(limit(5));
    shelf.store(range(1, 6));
    {
        const WriteFault fault(1, ENOSPC);
        CHECK_THROWS_AS(shelf.admit(6), QueueError);
        CHECK(fault.happened());
    }
    CHECK_FALSE(shelf.paused());
    CHECK_FALSE(shelf.admit(6));
    CHECK(shelf.paused());
}

TEST_CASE("a pause survives kill -9") {
    TemporaryDirectory directory;
    QueueOptions options = limit(5);
    options.directory = directory.path();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const ::pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        Queue queue(options);
        std::vector<Arrival> arrivals;
        for (const ContactId contact : range(1, 6)) arrivals.push_back({contact, Origin::webhook, second(0)});
        queue.store(arrivals);
        const char taken = queue.admit(6, second(0)) ? 1 : 0;
        static_cast<void>(::write(ends[1], &taken, 1));
        ::pause();
        ::_exit(0);
    }
    ::close(ends[1]);
    char taken = 1;
    CHECK(::read(ends[0], &taken, 1) == 1);
    CHECK(taken == 0);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
    CHECK(QueueFile(options).status().paused_since == second(0));
    Queue queue(options);
    CHECK(queue.take(10, second(90'000)).empty());
    CHECK(queue.status().jobs.at(JobState::ready) == 6);
    CHECK(QueueFile(options).resume() == 6);
    CHECK(queue.take(10, second(90'000)).size() == 6);
}

TEST_CASE("a worker sleeps while erasing is paused, and wakes when it goes on") {
    Shelf shelf(limit(2));
    Queue& queue = shelf.queue();
    shelf.store({1, 2, 3});
    CHECK_FALSE(shelf.admit(3));

    SECTION("until its deadline, although jobs are ready") {
        const Timestamp deadline = now() + Milliseconds(30);
        queue.wait_for_work({}, deadline);
        CHECK(now() >= deadline);
    }
    SECTION("until another process ends the pause") {
        std::jthread worker([&] { queue.wait_for_work({}, now() + std::chrono::hours(24)); });
        CHECK(shelf.resume() == 3);
        worker.join();
        CHECK(shelf.take() == ids{1, 2, 3});
    }
    SECTION("until something comes that the circuit breaker is not for") {
        std::jthread worker([&] { queue.wait_for_work({}, now() + std::chrono::hours(24)); });
        shelf.store({9}, Origin::command);
        worker.join();
        CHECK(shelf.take() == ids{9});
    }
    SECTION("until such a job is due") {
        shelf.store({9}, Origin::command);
        Outcome outcome;
        outcome.kind = Outcome::Kind::wait;
        outcome.contact = 9;
        outcome.revision = queue.take(1, now()).at(0).revision;
        outcome.due_at = now() + Milliseconds(30);
        queue.apply({&outcome, 1});
        queue.wait_for_work({}, now() + std::chrono::hours(24));
        CHECK(queue.take(1, now()).size() == 1);
    }
    SECTION("until a later pass is due") {
        QueueFile(shelf.options()).store_settling(9, now(), now() + Milliseconds(30), 1);
        queue.wait_for_work({}, now() + std::chrono::hours(24));
        CHECK(queue.take(1, now()).size() == 1);
    }
}
