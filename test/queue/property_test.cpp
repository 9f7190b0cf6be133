// Random histories of a queue against a model that is too simple to be wrong, and the same from several
// threads.
#include <map>
#include <random>
#include <set>
#include <thread>

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

namespace {

// What must be true of a job, whatever the order of its events.
struct ModelJob {
    JobState state = JobState::ready;
    std::int64_t due = 0;  // second; waiting and settling
    int pass = 0;
    bool asked_again = false;  // while it ran
};

class Model {
  public:
    void store(ContactId contact, std::int64_t now) {
        const auto [place, is_new] = jobs.try_emplace(contact);
        ModelJob& job = place->second;
        if (is_new) return;
        if (job.state == JobState::running) {
            job.asked_again = true;
        } else {
            job.pass = 0;
            if (job.state == JobState::settling) job = ModelJob{};
        }
        static_cast<void>(now);
    }

    std::set<ContactId> due(std::int64_t now) const {
        std::set<ContactId> result;
        for (const auto& [contact, job] : jobs) {
            const bool timed = job.state == JobState::waiting || job.state == JobState::settling;
            if (job.state == JobState::ready || (timed && job.due <= now)) result.insert(contact);
        }
        return result;
    }

    void end_run(ContactId contact, Outcome::Kind kind, std::int64_t due_second, int pass) {
        ModelJob& job = jobs.at(contact);
        const bool again = job.asked_again;
        job.asked_again = false;
        const bool done = kind == Outcome::Kind::finished || kind == Outcome::Kind::settle;
        if (done && again) {
            job = ModelJob{};
        } else if (kind == Outcome::Kind::finished) {
            jobs.erase(contact);
        } else {
            job.state = kind == Outcome::Kind::settle ? JobState::settling
                        : kind == Outcome::Kind::wait ? JobState::waiting
                        : kind == Outcome::Kind::park ? JobState::parked
                                                      : JobState::ready;
            job.due = due_second;
            if (kind == Outcome::Kind::settle) job.pass = pass;
            if (again) job.pass = 0;
        }
    }

    void restart() {
        for (auto& [contact, job] : jobs) {
            if (job.state != JobState::running) continue;
            job.state = JobState::ready;
            if (std::exchange(job.asked_again, false)) job.pass = 0;
        }
    }

    std::map<ContactId, ModelJob> jobs;
};

class History {
  public:
    explicit History(unsigned seed) : random_(seed) {}

    void step() {
        switch (pick(12)) {
            case 0:
            case 1:
            case 2:
            case 3:
                return store();
            case 4:
            case 5:
                return take();
            case 6:
            case 7:
            case 8:
                return end_runs();
            case 9:
                return redrive();
            case 10:
                return advance();
            default:
                if (pick(6) == 0) restart();
        }
    }

    void compare() {
        std::map<ContactId, Job> found;
        for (const Job& job : shelf_.queue().list({std::nullopt, 1'000})) found[job.contact] = job;
        REQUIRE(found.size() == model_.jobs.size());
        std::map<JobState, std::int64_t> counts;
        for (const auto& [contact, expected] : model_.jobs) {
            REQUIRE(found.count(contact) == 1);
            const Job& job = found[contact];
            REQUIRE(job.state == expected.state);
            REQUIRE(job.pass == expected.pass);
            if (job.state == JobState::waiting || job.state == JobState::settling) {
                REQUIRE(job.due_at == second(expected.due));
            }
            ++counts[job.state];
        }
        for (const auto& [state, count] : shelf_.queue().status().jobs) REQUIRE(count == counts[state]);
    }

  private:
    unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }

    void store() {
        ids contacts;
        for (unsigned i = 0; i <= pick(4); ++i) contacts.push_back(1 + pick(12));
        shelf_.store(contacts);
        for (const ContactId contact : contacts) model_.store(contact, now_);
    }

    void take() {
        const std::size_t max = 1 + pick(6);
        const std::set<ContactId> due = model_.due(now_);
        const ids taken = shelf_.take(max);
        REQUIRE(taken.size() == std::min(max, due.size()));
        REQUIRE(std::set<ContactId>(taken.begin(), taken.end()).size() == taken.size());
        for (const ContactId contact : taken) {
            REQUIRE(due.count(contact) == 1);
            model_.jobs.at(contact).state = JobState::running;
        }
    }

    void end_runs() {
        ids running;
        for (const auto& [contact, job] : model_.jobs) {
            if (job.state == JobState::running) running.push_back(contact);
        }
        for (const ContactId contact : running) {
            if (pick(3) != 0) continue;
            const std::int64_t due = now_ + pick(20);
            const int pass = model_.jobs.at(contact).pass + 1;
            const auto kind = static_cast<Outcome::Kind>(pick(5));
            if (kind == Outcome::Kind::finished) shelf_.finish(contact);
            if (kind == Outcome::Kind::settle) shelf_.settle(contact, due, pass);
            if (kind == Outcome::Kind::wait) shelf_.wait(contact, due, 1);
            if (kind == Outcome::Kind::park) shelf_.park(contact);
            if (kind == Outcome::Kind::released) shelf_.release(contact);
            model_.end_run(contact, kind, due, pass);
        }
    }

    void redrive() {
        shelf_.queue().redrive({});
        for (auto& [contact, job] : model_.jobs) {
            if (job.state == JobState::parked) job.state = JobState::ready;
        }
    }

    void advance() {
        now_ += pick(10);
        shelf_.at(now_);
    }

    void restart() {
        shelf_.reopen();
        model_.restart();
    }

    std::mt19937 random_;
    Shelf shelf_;
    Model model_;
    std::int64_t now_ = 0;
};

}  // namespace

TEST_CASE("random histories end as the model says") {
    const unsigned seed = GENERATE(1u, 2u, 3u, 4u);
    INFO("seed " << seed);
    History history(seed);
    for (int i = 0; i < 250; ++i) {
        INFO("step " << i);
        history.step();
        history.compare();
    }
}

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
