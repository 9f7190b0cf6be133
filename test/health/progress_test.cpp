#include "health/progress.h"

#include <stdexcept>
#include <thread>

#include "support/catch.h"

using namespace gdprd::health;
using gdprd::Milliseconds;

namespace {

// Moments on the steady clock, in milliseconds after an arbitrary one.
SteadyTime at(std::int64_t milliseconds) { return SteadyTime{Milliseconds{5'000'000 + milliseconds}}; }

}  // namespace

TEST_CASE("work beyond its limit is no progress, and the part is named") {
    Progress progress;
    Beat& beat = progress.beat("worker 1", Milliseconds{100});
    beat.busy(at(0));
    CHECK(progress.healthy(at(100)));
    REQUIRE_FALSE(progress.healthy(at(101)));
    CHECK(progress.stuck(at(101))->name == "worker 1");
    CHECK(progress.stuck(at(350))->busy_for == Milliseconds{350});
}

TEST_CASE("a process without beats, and beats without work, are healthy") {
    Progress progress;
    CHECK(progress.healthy(at(0)));
    progress.beat("worker 1", Milliseconds{100});
    CHECK(progress.healthy(at(1'000'000)));
}

TEST_CASE("waiting for work is fine however long it takes") {
    Progress progress;
    Beat& beat = progress.beat("worker 1", Milliseconds{100});
    beat.busy(at(0));
    beat.idle();
    CHECK(progress.healthy(at(1'000'000)));
}

TEST_CASE("every further piece of work starts the limit anew") {
    Progress progress;
    Beat& beat = progress.beat("sockets", Milliseconds{100});
    for (std::int64_t turn = 0; turn < 10; ++turn) {
        beat.busy(at(turn * 90));
        CHECK(progress.healthy(at(turn * 90 + 90)));
    }
    CHECK_FALSE(progress.healthy(at(9 * 90 + 101)));
}

TEST_CASE("a stuck part recovers as soon as it moves") {
    Progress progress;
    Beat& beat = progress.beat("handler", Milliseconds{100});
    beat.busy(at(0));
    REQUIRE_FALSE(progress.healthy(at(500)));
    beat.busy(at(500));
    CHECK(progress.healthy(at(501)));
}

TEST_CASE("of several stuck parts the one without progress for longest is named") {
    Progress progress;
    Beat& first = progress.beat("worker 1", Milliseconds{10});
    Beat& second = progress.beat("worker 2", Milliseconds{10});
    Beat& third = progress.beat("queue", Milliseconds{10'000});
    third.busy(at(0));
    first.busy(at(300));
    second.busy(at(200));
    CHECK(progress.stuck(at(400))->name == "worker 2");
    second.idle();
    CHECK(progress.stuck(at(400))->name == "worker 1");
    first.idle();
    CHECK(progress.healthy(at(400)));
}

TEST_CASE("two threads that share a name do not hide each other") {
    Progress progress;
    Beat& stuck = progress.beat("worker", Milliseconds{10});
    Beat& moving = progress.beat("worker", Milliseconds{10});
    stuck.busy(at(0));
    moving.busy(at(100));
    CHECK_FALSE(progress.healthy(at(101)));
}

TEST_CASE("a piece of work ends with its scope, also by an exception") {
    Progress progress;
    Beat& beat = progress.beat("handler", Milliseconds{0});
    const auto later = std::chrono::steady_clock::now() + std::chrono::hours{1};
    {
        const Working working(beat);
        CHECK_FALSE(progress.healthy(later));
    }
    CHECK(progress.healthy(later));
    try {
        const Working working(beat);
        throw std::runtime_error("any");
    } catch (const std::runtime_error&) {
    }
    CHECK(progress.healthy(later));
}

TEST_CASE("beats keep their place while others are added, from any thread") {
    Progress progress;
    Beat& first = progress.beat("first", Milliseconds{100});
    std::thread adding([&progress] {
        for (int i = 0; i < 200; ++i) progress.beat("added", Milliseconds{100}).busy(at(0));
    });
    std::thread working([&first] {
        for (int i = 0; i < 200; ++i) {
            first.busy(at(i));
            first.idle();
        }
    });
    while (progress.healthy(at(1'000))) std::this_thread::yield();
    adding.join();
    working.join();
    CHECK(progress.stuck(at(1'000))->name == "added");
    first.busy(at(-1));
    CHECK(progress.stuck(at(1'000))->name == "first");
}
