// Several threads at one queue, and workers that wait for work.
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

TEST_CASE("several threads store, take and apply, and every request is carried out") {
    Shelf shelf;
    Queue& queue = shelf.queue();
    constexpr ContactId contacts = 120;
    std::mutex mutex;
    std::map<ContactId, int> carried_out;  // guarded by mutex
    std::set<ContactId> running;           // guarded by mutex
    bool twice_at_once = false;            // guarded by mutex

    const auto work = [&](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
            queue.wait_for_work(stop, now() + std::chrono::minutes(1));
            std::vector<Outcome> outcomes;
            for (const Job& job : queue.take(8, now())) {
                Outcome outcome;
                outcome.contact = job.contact;
                outcome.revision = job.revision;
                outcomes.push_back(outcome);
                const std::lock_guard lock(mutex);
                if (!running.insert(job.contact).second) twice_at_once = true;
                ++carried_out[job.contact];
            }
            {
                const std::lock_guard lock(mutex);
                for (const Outcome& outcome : outcomes) running.erase(outcome.contact);
            }
            queue.apply(outcomes);
        }
    };
    std::vector<std::jthread> workers;
    for (int i = 0; i < 3; ++i) workers.emplace_back(work);
    {
        std::vector<std::jthread> receivers;
        for (ContactId first = 1; first <= 2; ++first) {
            receivers.emplace_back([&queue, first] {
                for (ContactId contact = first; contact <= contacts; contact += 2) {
                    const Arrival arrival{contact, Origin::webhook, now()};
                    queue.store({&arrival, 1});
                }
            });
        }
    }
    const auto jobs_left = [&queue] {
        std::int64_t sum = 0;
        for (const auto& [state, count] : queue.status().jobs) sum += count;
        return sum;
    };
    while (jobs_left() > 0) std::this_thread::yield();
    workers.clear();
    CHECK(carried_out.size() == contacts);
    CHECK_FALSE(twice_at_once);
}

TEST_CASE("a waiting worker wakes for work, for a stop and at its deadline") {
    Shelf shelf;
    Queue& queue = shelf.queue();
    const Timestamp far = now() + std::chrono::hours(24);

    SECTION("work that is there") {
        shelf.store({7});
        queue.wait_for_work({}, far);
        SUCCEED();
    }
    SECTION("work that comes") {
        std::jthread worker([&] { queue.wait_for_work({}, far); });
        shelf.store({7});
        worker.join();
        CHECK(shelf.take() == ids{7});
    }
    SECTION("work from another process") {
        QueueFile tool(shelf.options());
        std::jthread worker([&] { queue.wait_for_work({}, far); });
        tool.store_settling(7, now(), now(), 1);
        worker.join();
        CHECK(queue.take(1, now()).size() == 1);
    }
    SECTION("a job that becomes due") {
        shelf.store({7});
        Outcome outcome{
            Outcome::Kind::wait, 7, queue.take(1, now()).at(0).revision, now() + Milliseconds(30), 1, 0, ""};
        queue.apply({&outcome, 1});
        queue.wait_for_work({}, far);
        CHECK(queue.take(1, now()).size() == 1);
    }
    SECTION("a stop") {
        std::stop_source stop;
        std::jthread worker([&] { queue.wait_for_work(stop.get_token(), far); });
        stop.request_stop();
        worker.join();
        SUCCEED();
    }
    SECTION("the deadline") {
        queue.wait_for_work({}, now() + Milliseconds(20));
        SUCCEED();
    }
}
