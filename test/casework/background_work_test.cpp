// Work in the background: one of a kind, with progress, cancelled, and never longer than the desk.
#include <atomic>
#include <future>
#include <stdexcept>
#include <thread>

#include "casework/background_work.h"
#include "support/catch.h"

using namespace gdprd;
using namespace std::chrono_literals;
using casework::BackgroundWork;
using casework::WorkControl;
using casework::WorkKind;
using casework::WorkState;

namespace {

WorkState ended(BackgroundWork& work, const std::string& owner, const std::string& id) {
    auto state = work.find(owner, id);
    while (state.value().phase == WorkState::Phase::running) {
        std::this_thread::yield();
        state = work.find(owner, id);
    }
    return *state;
}

// Until it is cancelled.
std::any wait_for_cancel(WorkControl& control) {
    while (!control.is_cancelled()) control.rest(Milliseconds{60'000});
    return std::string("what there was");
}

}  // namespace

TEST_CASE("What was started is found by its owner, with its result, and by nobody else") {
    BackgroundWork work;
    const auto id = work.start(WorkKind::residue, "ann", [](WorkControl&) { return std::any(7); });
    REQUIRE(id.has_value());
    const WorkState state = ended(work, "ann", *id);
    CHECK(state.phase == WorkState::Phase::done);
    CHECK(std::any_cast<int>(state.result) == 7);
    CHECK_FALSE(work.find("bob", *id).has_value());
    CHECK_FALSE(work.find("ann", "000000000000000000000000").has_value());
    CHECK_FALSE(work.running(WorkKind::residue).has_value());
    CHECK(work.last_of(WorkKind::residue, "ann").value().id == *id);
    CHECK_FALSE(work.last_of(WorkKind::residue, "bob").has_value());
    CHECK_FALSE(work.last_of(WorkKind::seals, "ann").has_value());
}

TEST_CASE("Of a kind one runs at a time, and it is told whose") {
    BackgroundWork work;
    const auto first = work.start(WorkKind::residue, "ann", wait_for_cancel);
    REQUIRE(first.has_value());
    CHECK_FALSE(work.start(WorkKind::residue, "bob", wait_for_cancel).has_value());
    CHECK_FALSE(work.start(WorkKind::residue, "ann", wait_for_cancel).has_value());
    CHECK(work.running(WorkKind::residue).value().owner == "ann");
    const auto other = work.start(WorkKind::seals, "bob", wait_for_cancel);
    CHECK(other.has_value());
    CHECK(work.cancel(WorkKind::residue, "ann", *first));
    ended(work, "ann", *first);
    CHECK(work.start(WorkKind::residue, "bob", wait_for_cancel).has_value());
}

TEST_CASE("Many who start the same at once start it once") {
    BackgroundWork work;
    std::atomic<int> started = 0;
    {
        std::vector<std::jthread> people;
        for (int i = 0; i < 8; ++i) {
            people.emplace_back([&] {
                if (work.start(WorkKind::history, "ann", wait_for_cancel)) ++started;
            });
        }
    }
    CHECK(started == 1);
}

TEST_CASE("Progress is seen while it runs") {
    BackgroundWork work;
    std::promise<void> told;
    const auto id = work.start(WorkKind::residue, "ann", [&](WorkControl& control) {
        control.tell("email_stats", 0.25);
        told.set_value();
        return wait_for_cancel(control);
    });
    told.get_future().wait();
    const WorkState state = work.find("ann", *id).value();
    CHECK(state.reading == "email_stats");
    CHECK(state.part_done.value() == 0.25);
    CHECK(state.phase == WorkState::Phase::running);
}

TEST_CASE("Its owner cancels it, and it keeps what it had until then") {
    BackgroundWork work;
    const auto id = work.start(WorkKind::residue, "ann", wait_for_cancel);
    CHECK_FALSE(work.cancel(WorkKind::residue, "bob", *id));
    CHECK_FALSE(work.cancel(WorkKind::seals, "ann", *id));
    CHECK(work.cancel(WorkKind::residue, "ann", *id));
    const WorkState state = ended(work, "ann", *id);
    CHECK(state.phase == WorkState::Phase::cancelled);
    CHECK(std::any_cast<std::string>(state.result) == "what there was");
    CHECK_FALSE(work.cancel(WorkKind::residue, "ann", *id));
}

TEST_CASE("What throws has failed, or was cancelled") {
    BackgroundWork work;
    const auto failed =
        work.start(WorkKind::seals, "ann", [](WorkControl&) -> std::any { throw std::runtime_error("no"); });
    CHECK(ended(work, "ann", *failed).phase == WorkState::Phase::failed);
    const auto cut = work.start(WorkKind::seals, "ann", [](WorkControl& control) -> std::any {
        wait_for_cancel(control);
        throw std::runtime_error("cut off");
    });
    work.cancel(WorkKind::seals, "ann", *cut);
    CHECK(ended(work, "ann", *cut).phase == WorkState::Phase::cancelled);
}

TEST_CASE("What a job was given is gone before its result is seen") {
    BackgroundWork work;
    auto address = std::make_shared<std::string>("somebody@example.org");
    const std::weak_ptr<std::string> seen = address;
    const auto id = work.start(WorkKind::residue, "ann",
                               [address = std::move(address)](WorkControl&) { return std::any(1); });
    ended(work, "ann", *id);
    CHECK(seen.expired());
}

TEST_CASE("The end of the desk cancels what runs, and waits for it") {
    std::atomic<bool> has_ended = false;
    {
        BackgroundWork work;
        work.start(WorkKind::residue, "ann", [&](WorkControl& control) {
            wait_for_cancel(control);
            has_ended = true;
            return std::any();
        });
    }
    CHECK(has_ended);
}

TEST_CASE("Results are kept for half an hour, and the last twenty of one person") {
    BackgroundWork work;
    const auto done = [](WorkControl&) { return std::any(1); };
    const auto first = work.start(WorkKind::residue, "ann", done);
    ended(work, "ann", *first);
    CHECK(work.find("ann", *first, now() + 29min).has_value());
    CHECK_FALSE(work.find("ann", *first, now() + 31min).has_value());
    std::vector<std::string> ids;
    for (std::size_t i = 0; i < BackgroundWork::most_of_one + 2; ++i) {
        ids.push_back(work.start(WorkKind::residue, "ann", done).value());
        ended(work, "ann", ids.back());
    }
    CHECK_FALSE(work.find("ann", ids.front()).has_value());
    CHECK(work.find("ann", ids.back()).has_value());
}
