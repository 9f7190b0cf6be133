// A thread of a measurement that cannot go on ends the measurement with its message, and not the program.
#include "bench/threads.h"

#include <atomic>
#include <chrono>
#include <stdexcept>

#include "support/catch.h"

using namespace gdprd::bench;

namespace {

void wait_for_stop(const std::stop_token& stop) {
    while (!stop.stop_requested()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

}  // namespace

TEST_CASE("what a thread throws, whoever waits for it gets") {
    Threads threads;
    threads.start([](const std::stop_token&) { throw std::runtime_error("the disk is full"); });
    CHECK_THROWS_WITH(threads.wait(), "the disk is full");
    CHECK_NOTHROW(threads.wait());
    threads.start([](const std::stop_token& stop) {
        wait_for_stop(stop);
        throw std::runtime_error("too late");
    });
    CHECK_THROWS_WITH(threads.stop(), "too late");
}

TEST_CASE("waiting lets threads come to their end by themselves") {
    Threads threads;
    std::atomic<int> ended{0};
    for (int i = 0; i < 3; ++i) {
        threads.start([&](const std::stop_token& stop) {
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
            if (!stop.stop_requested()) ++ended;
        });
    }
    threads.wait();
    CHECK(ended == 3);
}

TEST_CASE("threads are stopped when what runs beside them fails") {
    bool ended = false;
    const auto fail_beside = [&] {
        Threads threads;
        threads.start([&](const std::stop_token& stop) {
            wait_for_stop(stop);
            ended = true;
        });
        throw std::runtime_error("no such table");
    };
    CHECK_THROWS_WITH(fail_beside(), "no such table");
    CHECK(ended);
}
