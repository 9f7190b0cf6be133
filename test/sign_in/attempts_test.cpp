// Pauses after wrong attempts, against a judge that keeps every attempt for ever.
#include "sign_in/attempts.h"

#include <map>
#include <random>
#include <set>
#include <vector>

#include "sign_in/some_accounts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;
using namespace gdprd::test;

namespace {

// All wrong attempts of a key, one after the other; nothing is ever summed up.
class Judge {
  public:
    explicit Judge(int free) : free_(free) {}

    Milliseconds wait_of(const std::string& key, Timestamp now) const {
        // Those since the last hour of quiet.
        int count = 0;
        Timestamp last{};
        for (const Timestamp time : of(key)) {
            count = time - last >= Attempts::quiet ? 1 : count + 1;
            last = time;
        }
        if (count <= free_ || now - last >= Attempts::quiet) return Milliseconds{};
        Milliseconds pause = one_second;
        for (int i = free_ + 1; i < count && pause < Attempts::pause_max; ++i) pause *= 2;
        return std::max(last + std::min(pause, Attempts::pause_max) - now, Milliseconds{});
    }
    void wrong(const std::string& key, Timestamp now) { wrong_[key].push_back(now); }
    void forget(const std::string& key) { wrong_.erase(key); }

  private:
    std::vector<Timestamp> of(const std::string& key) const {
        const auto found = wrong_.find(key);
        return found == wrong_.end() ? std::vector<Timestamp>{} : found->second;
    }

    const int free_;
    std::map<std::string, std::vector<Timestamp>> wrong_;
};

}  // namespace

TEST_CASE("three are free, then pauses double up to a quarter of an hour") {
    Attempts attempts(3);
    Timestamp now = start;
    const int pauses[] = {0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900};
    for (const int pause : pauses) {
        CHECK(attempts.wait_of("anna", now) == Milliseconds{});
        attempts.begin("anna", now);
        CHECK(attempts.wait_of("anna", now) == pause * one_second);
        CHECK(attempts.wait_of("bert", now) == Milliseconds{});
        now += pause * one_second;
    }
}

TEST_CASE("after an hour without a wrong one nothing is known any more") {
    Attempts attempts(3);
    for (int i = 0; i < 8; ++i) attempts.begin("anna", start);
    CHECK(attempts.wait_of("anna", start + Milliseconds{1}) == 16 * one_second - Milliseconds{1});
    attempts.begin("anna", start + Attempts::quiet);
    CHECK(attempts.wait_of("anna", start + Attempts::quiet) == Milliseconds{});
    CHECK(attempts.wait_of("anna", start + 2 * Attempts::quiet) == Milliseconds{});
    CHECK(attempts.size() == 0);
}

TEST_CASE("a clock that was set back makes nobody wait for longer than the pause") {
    Attempts attempts(0);
    attempts.begin("anna", start);
    const Timestamp before = start - 10 * Attempts::quiet;
    CHECK(attempts.wait_of("anna", before) == one_second);
    CHECK(attempts.wait_of("anna", before + one_second) == Milliseconds{});
}

TEST_CASE("what was right leaves no trace, also when a wrong one came in between") {
    Attempts attempts(1);
    attempts.begin("office", start);
    attempts.begin("office", start + one_second);
    attempts.begin("office", start + 10 * one_second);
    attempts.take_back("office");
    CHECK(attempts.wait_of("office", start + one_second) == one_second);
    CHECK(attempts.wait_of("office", start + 10 * one_second) == Milliseconds{});
    attempts.take_back("office");
    attempts.take_back("office");
    attempts.take_back("office");
    CHECK(attempts.size() == 0);
}

TEST_CASE("memory is bounded, and who was quiet for longest is forgotten") {
    Attempts attempts(0, 100);
    for (int i = 0; i < 150; ++i) attempts.begin(std::to_string(i), start + i * Milliseconds{1});
    CHECK(attempts.size() == 100);
    CHECK(attempts.wait_of("49", start + one_second) == Milliseconds{});
    CHECK(attempts.wait_of("50", start + one_second) == Milliseconds{50});
    attempts.begin("new", start + 2 * Attempts::quiet);
    CHECK(attempts.size() == 1);
}

TEST_CASE("random histories come to what the judge says") {
    const auto seed = GENERATE(range(1U, 200U));
    CAPTURE(seed);
    std::mt19937 random(seed);
    const auto below = [&random](int count) {
        return static_cast<int>(random() % static_cast<unsigned>(count));
    };
    const int free = below(5);
    Attempts attempts(free);
    Judge judge(free);
    Timestamp now = start;
    for (int step = 0; step < 300; ++step) {
        const std::string key = std::to_string(below(3));
        const int pauses[] = {0, 1, 1'000, 30'000, 1'000'000, 3'599'999, 3'600'000};
        now += Milliseconds{pauses[below(below(8) == 0 ? 7 : 4)]};
        const Milliseconds wait = attempts.wait_of(key, now);
        REQUIRE(wait == judge.wait_of(key, now));
        if (wait > Milliseconds{}) continue;
        attempts.begin(key, now);
        const int outcome = below(10);
        if (outcome == 0) {
            attempts.take_back(key);
        } else {
            judge.wrong(key, now);
        }
        if (outcome == 1) {
            attempts.forget(key);
            judge.forget(key);
        }
    }
}
