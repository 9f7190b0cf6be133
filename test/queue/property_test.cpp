// Random histories of a queue against a model that is too simple to be wrong.
#include <map>
#include <random>
#include <set>

#include "shelf.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::queue;
using namespace gdprd::queue::test;

namespace {

constexpr std::int64_t limit_of_model = 6;

// What must be true of a job, whatever the order of its events.
struct ModelJob {
    bool by_hand = false;
    JobState state = JobState::ready;
    std::int64_t due = 0;  // second; waiting and settling
    int pass = 0;
    bool let_through = false;
    std::optional<bool> asked_again{};  // while it ran: whether by hand

    bool needs_admission() const { return pass == 0 && !by_hand && !let_through; }
    void ask(bool hand) {
        if (pass == 0) return;
        *this = {.by_hand = hand, .state = state, .due = due};
    }
};

class Model {
  public:
    void store(ContactId contact, bool by_hand) {
        const auto [place, is_new] = jobs.try_emplace(contact, ModelJob{.by_hand = by_hand});
        ModelJob& job = place->second;
        if (is_new) return;
        if (job.state == JobState::running) {
            if (!job.asked_again) job.asked_again = by_hand;
        } else if (job.state == JobState::settling) {
            job = {.by_hand = by_hand};
        } else {
            job.ask(by_hand);
        }
    }

    std::set<ContactId> due(std::int64_t now) const {
        std::set<ContactId> result;
        for (const auto& [contact, job] : jobs) {
            if (paused && job.needs_admission()) continue;
            const bool timed = job.state == JobState::waiting || job.state == JobState::settling;
            if (job.state == JobState::ready || (timed && job.due <= now)) result.insert(contact);
        }
        return result;
    }

    bool admit(std::int64_t erasures_wanted, std::int64_t now) {
        paused = paused || erased_last_hour(now) + erasures_wanted > limit_of_model;
        if (!paused) erasures.insert(erasures.end(), static_cast<std::size_t>(erasures_wanted), second(now));
        return !paused;
    }

    std::int64_t erased_last_hour(std::int64_t now) const {
        return std::ranges::count_if(erasures, [&](Timestamp time) {
            using std::chrono::minutes;
            return std::chrono::floor<minutes>(second(now)) - std::chrono::floor<minutes>(time) < minutes(60);
        });
    }

    void end_run(ContactId contact, const Outcome& outcome, std::int64_t due_second) {
        using Kind = Outcome::Kind;
        ModelJob& job = jobs.at(contact);
        const std::optional<bool> again = std::exchange(job.asked_again, std::nullopt);
        const bool done = outcome.kind == Kind::finished || outcome.kind == Kind::settle;
        if (done && again) {
            job = {.by_hand = *again};
        } else if (outcome.kind == Kind::finished) {
            jobs.erase(contact);
        } else if (outcome.kind == Kind::settle) {
            job = {
                .by_hand = job.by_hand, .state = JobState::settling, .due = due_second, .pass = outcome.pass};
        } else {
            job.state = outcome.kind == Kind::wait   ? JobState::waiting
                        : outcome.kind == Kind::park ? JobState::parked
                                                     : JobState::ready;
            job.due = due_second;
            if (again) job.ask(*again);
        }
    }

    void redrive() {
        for (auto& [contact, job] : jobs) {
            if (job.state != JobState::parked) continue;
            job.state = JobState::ready;
            job.let_through = true;
        }
    }

    std::optional<std::size_t> resume() {
        if (!std::exchange(paused, false)) return std::nullopt;
        erasures.clear();
        std::size_t count = 0;
        for (auto& [contact, job] : jobs) {
            if (!job.needs_admission() || job.state == JobState::settling || job.state == JobState::parked)
                continue;
            job.let_through = true;
            ++count;
        }
        return count;
    }

    void restart() {
        for (auto& [contact, job] : jobs) {
            if (job.state != JobState::running) continue;
            job.state = JobState::ready;
            if (const auto again = std::exchange(job.asked_again, std::nullopt)) job.ask(*again);
        }
    }

    std::map<ContactId, ModelJob> jobs;
    bool paused = false;
    std::vector<Timestamp> erasures;
};

class History {
  public:
    explicit History(unsigned seed) : random_(seed) {}

    void step() {
        switch (pick(15)) {
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
            case 11:
            case 12:
                return admit();
            case 13:
                if (pick(4) == 0) REQUIRE(shelf_.resume() == model_.resume());
                return;
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
        const QueueStatus status = shelf_.status();
        for (const auto& [state, count] : status.jobs) REQUIRE(count == counts[state]);
        REQUIRE(status.paused_since.has_value() == model_.paused);
        REQUIRE(status.erased_last_hour == model_.erased_last_hour(now_));
        REQUIRE(status.held_back == std::ranges::count_if(model_.jobs, [](const auto& entry) {
                    const ModelJob& job = entry.second;
                    return job.needs_admission() && job.state != JobState::settling &&
                           job.state != JobState::parked;
                }));
    }

  private:
    unsigned pick(unsigned below) { return std::uniform_int_distribution<unsigned>(0, below - 1)(random_); }

    void store() {
        ids contacts;
        for (unsigned i = 0; i <= pick(4); ++i) contacts.push_back(1 + pick(12));
        const bool by_hand = pick(5) == 0;
        shelf_.store(contacts, by_hand ? Origin::command : Origin::webhook);
        for (const ContactId contact : contacts) model_.store(contact, by_hand);
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
            Outcome outcome;
            outcome.kind = static_cast<Outcome::Kind>(pick(5));
            outcome.contact = contact;
            outcome.due_at = second(due);
            outcome.pass = model_.jobs.at(contact).pass + 1;
            outcome.error = "conflict 1213";  // without one a wait is a grace period, which ends at a request
            shelf_.apply(outcome);
            model_.end_run(contact, outcome, due);
        }
    }

    void admit() {
        const unsigned wanted = 1 + pick(3);
        const std::int64_t at = now_;
        REQUIRE(shelf_.admit(wanted) == model_.admit(wanted, at));
        if (model_.paused || pick(4) != 0) return;
        shelf_.queue().give_back(1, shelf_.now());  // of this minute, in which it was counted
        model_.erasures.pop_back();
    }

    void redrive() {
        shelf_.queue().redrive({});
        model_.redrive();
    }

    void advance() {
        now_ += pick(5) == 0 ? 60 * pick(45) : pick(10);
        shelf_.at(now_);
    }

    void restart() {
        shelf_.reopen();
        model_.restart();
    }

    std::mt19937 random_;
    Shelf shelf_{limit(limit_of_model)};
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
