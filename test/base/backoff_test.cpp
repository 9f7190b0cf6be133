#include "base/backoff.h"

#include <cmath>
#include <limits>
#include <string>
#include <vector>

#include "support/catch.h"

using gdprd::backoff;
using gdprd::Milliseconds;

namespace {

constexpr Milliseconds first{1'000};
constexpr Milliseconds max{600'000};
constexpr std::int64_t huge = std::numeric_limits<std::int64_t>::max();

}  // namespace

TEST_CASE("nonsense never gives a negative or an endless pause") {
    struct Row {
        std::string name;
        int attempts;
        Milliseconds first, max;
        double fraction;
        Milliseconds expected;
    };
    const std::vector<Row> rows{
        {"no attempt yet", 0, first, max, 0.0, Milliseconds{500}},
        {"a negative count", std::numeric_limits<int>::min(), first, max, 0.0, Milliseconds{500}},
        {"first is zero", 9, Milliseconds{0}, max, 0.9, Milliseconds{0}},
        {"first is negative", 9, Milliseconds{-5}, max, 0.9, Milliseconds{0}},
        {"max is negative", 9, first, Milliseconds{-1}, 0.9, Milliseconds{0}},
        {"first is above max", 1, Milliseconds{5'000}, Milliseconds{2'000}, 0.0, Milliseconds{1'000}},
        {"a fraction below zero", 1, first, max, -3.0, Milliseconds{500}},
        {"a fraction above one", 1, first, max, 7.0, Milliseconds{1'000}},
        {"not a number", 1, first, max, std::nan(""), Milliseconds{500}},
        {"infinity", 1, first, max, std::numeric_limits<double>::infinity(), Milliseconds{1'000}},
    };
    for (const Row& row : rows) {
        INFO(row.name);
        CHECK(backoff(row.attempts, row.first, row.max, row.fraction) == row.expected);
    }
}

TEST_CASE("the pause doubles with every failure up to the cap") {
    const std::vector<std::int64_t> whole{1'000,  2'000,   4'000,   8'000,   16'000,  32'000,
                                          64'000, 128'000, 256'000, 512'000, 600'000, 600'000};
    for (std::size_t index = 0; index < whole.size(); ++index) {
        const int attempts = static_cast<int>(index) + 1;
        INFO("after " << attempts << " failures");
        CHECK(backoff(attempts, first, max, 1.0) == Milliseconds{whole[index]});
        CHECK(backoff(attempts, first, max, 0.0) == Milliseconds{whole[index] / 2});
    }
}

TEST_CASE("no number of attempts and no cap overflows") {
    CHECK(backoff(std::numeric_limits<int>::max(), first, max, 1.0) == max);
    CHECK(backoff(std::numeric_limits<int>::max(), Milliseconds{1}, Milliseconds{huge}, 1.0) ==
          Milliseconds{huge});
    CHECK(backoff(64, Milliseconds{huge / 2}, Milliseconds{huge}, 0.0) == Milliseconds{huge / 2});
    for (int attempts = 1; attempts < 200; ++attempts) {
        const auto pause = backoff(attempts, Milliseconds{3}, Milliseconds{huge}, 0.999);
        INFO("after " << attempts << " failures");
        CHECK(pause > Milliseconds{0});
        CHECK(pause >= backoff(attempts - 1, Milliseconds{3}, Milliseconds{huge}, 0.999));
    }
}

TEST_CASE("the jitter spreads pauses over half to whole") {
    CHECK(backoff(3, first, max, 0.25) == Milliseconds{2'500});
    CHECK(backoff(3, first, max, 0.5) == Milliseconds{3'000});
    CHECK(backoff(3, first, max, 0.75) == Milliseconds{3'500});
    // An odd pause loses nothing to rounding.
    CHECK(backoff(1, Milliseconds{1}, max, 0.0) == Milliseconds{0});
    CHECK(backoff(1, Milliseconds{1}, max, 1.0) == Milliseconds{1});
}
