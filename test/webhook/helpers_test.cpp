#include "webhook/helpers.h"

#include <atomic>

#include "support/catch.h"

using gdprd::webhook::Helpers;

TEST_CASE("every piece of work is done once, whatever the number of threads") {
    for (std::size_t threads : {0U, 1U, 3U}) {
        CAPTURE(threads);
        Helpers helpers(threads);
        for (std::size_t count = 0; count < 200; ++count) {
            std::vector<int> done(count, 0);  // not atomic: for_each() itself must order the writes
            helpers.for_each(count, [&](std::size_t i) { ++done[i]; });
            CHECK(done == std::vector<int>(count, 1));
        }
    }
}

TEST_CASE("a helper takes part") {
    Helpers helpers(1);
    std::atomic<int> inside{0};
    // Each of the two pieces ends only when the other has begun, so one thread alone would never get through.
    helpers.for_each(2, [&](std::size_t) {
        inside.fetch_add(1);
        while (inside.load() < 2) std::this_thread::yield();
    });
    CHECK(inside.load() == 2);
}

TEST_CASE("helpers that never had work end") {
    for (int i = 0; i < 50; ++i) Helpers helpers(4);
    SUCCEED();
}
