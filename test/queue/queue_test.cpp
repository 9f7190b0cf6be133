// What a worker and a receiver see of the queue.
#include "queue/queue.h"

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("requests are taken in the order in which they came, once") {
    Shelf shelf;
    shelf.store({9});
    shelf.at(1);
    shelf.store({3, 7});
    CHECK(shelf.take(2) == ids{9, 3});
    CHECK(shelf.take() == ids{7});
    CHECK(shelf.take().empty());
    CHECK(shelf.state(9) == "running");
    shelf.finish(9);
    CHECK(shelf.state(9) == "none");
}

TEST_CASE("a request keeps who asked and when") {
    Shelf shelf;
    shelf.at(5);
    shelf.store({7}, Origin::sweep);
    const Job job = shelf.job(7).value();
    CHECK(job.origin == Origin::sweep);
    CHECK(job.received_at == second(5));
    CHECK(job.revision == 1);
    CHECK(job.attempts == 0);
    CHECK(job.pass == 0);
    CHECK(job.last_error.empty());
}

TEST_CASE("a contact has one job, however often it is asked for") {
    Shelf shelf;
    shelf.at(5);
    shelf.store({7, 7, 7});
    shelf.at(2);
    shelf.store({7});
    CHECK(shelf.count(JobState::ready) == 1);
    CHECK(shelf.job(7)->revision == 4);
    CHECK(shelf.job(7)->received_at == second(2));
}

TEST_CASE("waiting and settling jobs are taken when they are due and not before") {
    Shelf shelf;
    shelf.store({1, 2});
    shelf.take();
    shelf.wait(1, 10, 1);
    shelf.settle(2, 20, 1);
    shelf.at(9);
    CHECK(shelf.take().empty());
    shelf.at(10);
    CHECK(shelf.take() == ids{1});
    shelf.at(20);
    CHECK(shelf.take() == ids{2});
    CHECK(shelf.job(1)->attempts == 1);
    CHECK(shelf.job(1)->last_error == "conflict 1213");
    CHECK(shelf.job(2)->pass == 1);
}

TEST_CASE("a request that comes while the job runs is not lost") {
    Shelf shelf;
    shelf.store({7});
    shelf.take();
    shelf.at(30);
    shelf.store({7}, Origin::command);
    CHECK(shelf.state(7) == "running");
    CHECK(shelf.take().empty());

    SECTION("finished") { shelf.finish(7); }
    SECTION("settling") { shelf.settle(7, 60, 1); }
    const Job job = shelf.job(7).value();
    CHECK(job.state == JobState::ready);
    CHECK(job.pass == 0);
    CHECK(job.received_at == second(30));
    CHECK(job.origin == Origin::command);
    CHECK(shelf.take() == ids{7});
}

TEST_CASE("outcomes for jobs that do not run are ignored") {
    Shelf shelf;
    shelf.store({7});
    shelf.finish(7);
    shelf.finish(8);
    CHECK(shelf.state(7) == "ready");
    CHECK(shelf.state(8) == "none");
}

TEST_CASE("an error that is no code is refused, and nothing of the call is applied") {
    Shelf shelf;
    shelf.store({1, 2});
    shelf.take();
    const std::string error =
        GENERATE(std::string("duplicate entry someone@example.org"), std::string(201, 'x'));
    Outcome fine, bad;
    fine.contact = 1;
    fine.revision = bad.revision = 1;
    bad.contact = 2;
    bad.kind = Outcome::Kind::park;
    bad.error = error;
    const std::vector<Outcome> outcomes{fine, bad};
    const std::string text = queue_error_of([&] { shelf.queue().apply(outcomes); });
    CHECK_THAT(text, ContainsSubstring("contact 2"));
    CHECK(text.find('@') == std::string::npos);
    CHECK(shelf.state(1) == "running");
    CHECK(shelf.state(2) == "running");
}

TEST_CASE("later passes cannot keep a request waiting, nor requests later passes") {
    Shelf shelf;
    shelf.store({101, 102, 103, 104, 105, 106, 107, 108});
    shelf.take();
    for (ContactId contact = 101; contact <= 108; ++contact) shelf.settle(contact, 10, 1);
    shelf.at(1000);
    shelf.store({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});

    SECTION("many at a time") { CHECK(shelf.take(8) == ids{1, 2, 3, 101, 4, 5, 6, 102}); }
    SECTION("one at a time") {
        ids taken;
        for (int i = 0; i < 8; ++i) taken.push_back(shelf.take(1).at(0));
        CHECK(taken == ids{1, 2, 3, 101, 4, 5, 6, 102});
    }
    SECTION("all of them in the end") { CHECK(shelf.take(100).size() == 20); }
}

TEST_CASE("parked jobs come back when an operator says so") {
    Shelf shelf;
    shelf.store({1, 2, 3});
    shelf.take();
    shelf.park(1);
    shelf.park(2);
    shelf.finish(3);
    shelf.at(10);
    shelf.store({1});
    CHECK(shelf.take().empty());
    CHECK(shelf.count(JobState::parked) == 2);
    const std::vector<ContactId> named{1, 3, 99};
    SECTION("the named ones") {
        CHECK(shelf.queue().redrive(named) == 1);
        CHECK(shelf.take() == ids{1});
        CHECK(shelf.state(2) == "parked");
    }
    SECTION("all") {
        CHECK(shelf.queue().redrive({}) == 2);
        CHECK(shelf.job(1)->attempts == 0);
        CHECK(shelf.take() == ids{1, 2});
    }
}

TEST_CASE("a full queue refuses new contacts and still merges known ones") {
    QueueOptions options;
    options.jobs_max = 3;
    Shelf shelf(options);
    shelf.store({1, 2});
    CHECK_THAT(queue_error_of([&] { shelf.store({3, 4}); }), ContainsSubstring("2 jobs of at most 3"));
    CHECK(shelf.count(JobState::ready) == 2);
    shelf.store({3});
    CHECK_NOTHROW(shelf.store({1, 2, 3}));
    CHECK_THROWS_AS(shelf.store({1, 4}), QueueError);
    CHECK(shelf.job(1)->revision == 2);
}

TEST_CASE("what the sweep finds is stored for contacts without a job only") {
    QueueOptions options;
    options.jobs_max = 6;
    Shelf shelf(options);
    shelf.store({1, 2, 3, 4, 5});
    shelf.take(4);
    shelf.wait(2, 50, 3);
    shelf.settle(3, 60, 1);
    shelf.park(4);
    std::map<ContactId, Job> before;
    for (const Job& job : shelf.queue().list({})) before[job.contact] = job;

    CHECK(shelf.store_new({1, 2, 3, 4, 5}) == 0);
    CHECK(shelf.store_new({5, 6, 6, 1}) == 1);
    ids stored{99};
    CHECK(shelf.queue().store_new(std::vector<Arrival>{{1, Origin::sweep, second(0)}}, &stored) == 0);
    CHECK(stored == ids{99});
    CHECK(shelf.store_new({}) == 0);
    for (const auto& [contact, job] : before) {
        INFO(contact);
        const Job after = shelf.job(contact).value();
        CHECK(after.state == job.state);
        CHECK(after.revision == job.revision);
        CHECK(after.due_at == job.due_at);
        CHECK(after.origin == Origin::webhook);
    }
    CHECK(shelf.job(6)->origin == Origin::sweep);
    CHECK(shelf.job(6)->state == JobState::ready);
    CHECK_THAT(queue_error_of([&] { shelf.store_new({7}); }), ContainsSubstring("6 jobs of at most 6"));
    CHECK_NOTHROW(shelf.store_new({1, 6}));
    shelf.take();
    shelf.finish(5);
    const std::vector<Arrival> arrivals{{1, Origin::sweep, second(0)}, {5, Origin::sweep, second(0)}};
    CHECK(shelf.queue().store_new(arrivals, &stored) == 1);
    CHECK(stored == ids{99, 5});
    shelf.reopen();
    CHECK(shelf.state(6) == "ready");
    CHECK(shelf.state(7) == "none");
}

TEST_CASE("the largest contact ids survive") {
    Shelf shelf;
    const ids large{9223372036854775807u, 9223372036854775808u, 18446744073709551615u};
    shelf.store(large);
    shelf.reopen();
    ids taken = shelf.take();
    std::ranges::sort(taken);
    CHECK(taken == large);
    for (const ContactId contact : large) shelf.finish(contact);
    CHECK(shelf.count(JobState::running) == 0);
}

TEST_CASE("running jobs are ready again after a restart, everything else is as it was") {
    Shelf shelf;
    shelf.store({1, 2, 3, 4, 5, 6});
    shelf.take(5);
    shelf.wait(2, 50, 3);
    shelf.settle(3, 60, 1);
    shelf.park(4);
    shelf.settle(5, 70, 1);
    shelf.at(70);
    CHECK(shelf.take() == ids{6, 2, 3, 5});
    shelf.settle(3, 90, 2);
    shelf.store({5});
    shelf.reopen();
    CHECK(shelf.state(1) == "ready");
    CHECK(shelf.job(2)->attempts == 3);
    CHECK(shelf.state(3) == "settling");
    CHECK(shelf.state(4) == "parked");
    CHECK(shelf.state(6) == "ready");
    // The later pass was interrupted and a request had come: that request begins at pass 0.
    CHECK(shelf.state(5) == "ready");
    CHECK(shelf.job(5)->pass == 0);
    CHECK(shelf.job(5)->received_at == second(70));
}

TEST_CASE("nothing to store, take or apply is no error") {
    Shelf shelf;
    shelf.queue().store({});
    shelf.queue().apply({});
    shelf.store({1});
    CHECK(shelf.take(0).empty());
    CHECK(shelf.state(1) == "ready");
}
