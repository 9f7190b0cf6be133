// What a page shows that takes time to find out.
#include "desk/latest.h"

#include <atomic>
#include <future>
#include <stdexcept>

#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::desk;

namespace {

constexpr Milliseconds long_time{3'600'000};

}  // namespace

TEST_CASE("a page waits a moment for what is being found out, and the others do not find it out again") {
    std::promise<void> end;
    std::atomic<int> begun{0};
    Latest<int> latest("test", {.patience = Milliseconds{1}, .kept_for = long_time});
    const auto slow = [&] {
        ++begun;
        end.get_future().wait();
        return 7;
    };
    for (int i = 0; i < 3; ++i) {
        const auto known = latest.read(slow);
        CHECK_FALSE(known.value);
        CHECK_FALSE(known.has_failed);
    }
    end.set_value();
    while (!latest.read(slow).value) std::this_thread::yield();
    CHECK(*latest.read(slow).value == 7);
    CHECK(begun == 1);
}

TEST_CASE("what was known last is shown while it is found out anew") {
    std::promise<void> end;
    Latest<int> latest("test", {.patience = Milliseconds{200}, .kept_for = Milliseconds{0}});
    while (!latest.read([] { return 7; }).value) std::this_thread::yield();
    const auto known = latest.read([&] {
        end.get_future().wait();
        return 8;
    });
    REQUIRE(known.value);
    CHECK(*known.value == 7);
    end.set_value();
}

TEST_CASE("what failed is not tried again at once, and what was known before stays") {
    std::atomic<int> begun{0};
    Latest<int> latest("test",
                       {.patience = long_time, .kept_for = Milliseconds{0}, .after_failure = long_time});
    CHECK(*latest.read([] { return 7; }).value == 7);
    const auto failing = [&]() -> int {
        ++begun;
        throw std::runtime_error("somebody@example.org");
    };
    for (int i = 0; i < 3; ++i) {
        const auto known = latest.read(failing);
        CHECK(known.has_failed);
        CHECK(*known.value == 7);
    }
    CHECK(begun == 1);
}

TEST_CASE("what is being found out is told when nobody wants it any more") {
    std::atomic<bool> was_told{false};
    {
        Latest<int> latest("test", {.patience = Milliseconds{1}});
        latest.read([&](const std::stop_token& stop) {
            while (!stop.stop_requested()) std::this_thread::yield();
            was_told = true;
            return 7;
        });
    }
    CHECK(was_told);
}
