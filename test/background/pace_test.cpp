#include "background/pace.h"

#include <random>

#include "support/catch.h"

using namespace gdprd::background;

namespace {

Pace pace_of(double workers_max, AnswerTime idle) {
    PaceOptions options;
    options.workers_max = workers_max;
    Pace pace(options);
    for (std::size_t i = 0; i < Pace::enough; ++i) pace.note_idle(idle);
    return pace;
}

}  // namespace

TEST_CASE("Answers as quick as without work let all workers in, and slow ones nearly none") {
    Pace pace = pace_of(2, AnswerTime{1});
    for (int i = 0; i < 2'000; ++i) pace.note_working(AnswerTime{1});
    CHECK(pace.workers() == 2);
    for (int i = 0; i < 100; ++i) pace.note_working(AnswerTime{5});
    CHECK(pace.workers() == PaceOptions{}.workers_min);
}

TEST_CASE("What is slow depends on how the server answers without work") {
    Pace slow_server = pace_of(2, AnswerTime{20});
    for (int i = 0; i < 2'000; ++i) slow_server.note_working(AnswerTime{22});
    CHECK(slow_server.workers() == 2);
    // It has become quicker.
    for (int i = 0; i < 400; ++i) slow_server.note_idle(AnswerTime{1});
    for (int i = 0; i < 100; ++i) slow_server.note_working(AnswerTime{22});
    CHECK(slow_server.workers() == PaceOptions{}.workers_min);
}

TEST_CASE("Before the server's own pace is known nothing is slow") {
    PaceOptions options;
    options.workers_max = 4;
    Pace pace(options);
    const double begun_with = pace.workers();
    for (int i = 0; i < 100; ++i) pace.note_working(AnswerTime{1'000});
    CHECK(pace.workers() == begun_with);
    for (std::size_t i = 0; i + 1 < Pace::enough; ++i) pace.note_idle(AnswerTime{1});
    CHECK_FALSE(pace.knows_idle());
    pace.note_idle(AnswerTime{1});
    CHECK(pace.knows_idle());
    pace.note_working(AnswerTime{1'000});
    CHECK(pace.workers() < begun_with);
}

// A server on which each busy worker makes a part of the answers slow.
TEST_CASE("The work settles where the wanted share of answers is slow, on servers of any size") {
    std::mt19937 random(20'261'201);
    std::uniform_real_distribution<double> chance(0, 1);
    for (int server = 0; server < 20; ++server) {
        const double capacity = 0.2 + 6 * chance(random);  // workers that make all answers slow
        CAPTURE(server, capacity);
        Pace pace = pace_of(8, AnswerTime{1});
        constexpr int settled = 2'000, measured = 20'000;
        int slow = 0;
        for (int i = 0; i < settled + measured; ++i) {
            const bool is_slow = chance(random) < pace.workers() / capacity;
            if (i >= settled && is_slow) ++slow;
            pace.note_working(AnswerTime{is_slow ? 9.0 : 1.0});
        }
        const double share = static_cast<double>(slow) / measured;
        // Of the smallest server even the least work makes more answers slow than wanted.
        const double least = PaceOptions{}.workers_min / capacity;
        const double wanted = std::max(PaceOptions{}.slow_share, least);
        CHECK(share > wanted * 0.6);
        CHECK(share < wanted * 1.6);
    }
}
