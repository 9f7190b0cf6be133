#include "background/pacer.h"

#include <atomic>
#include <thread>
#include <vector>

#include "erasure/world.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

PaceOptions workers(double max) {
    PaceOptions options;
    options.workers_max = max;
    return options;
}

void nothing() {}

// Waits until it is true; the time limit of the test program ends what never comes.
template <class Condition>
void until(Condition condition) {
    while (!condition()) std::this_thread::sleep_for(1ms);
}

// Threads that take turns until they are told to end.
class Crowd {
  public:
    Crowd(Pacer& pacer, std::size_t count, std::atomic<int>& at_work) {
        for (std::size_t i = 0; i < count; ++i) {
            threads_.emplace_back([this, &pacer, &at_work](const std::stop_token& stop) {
                while (pacer.begin(stop, nothing)) {
                    if (++at_work > 1) is_shared = true;
                    std::this_thread::sleep_for(2ms);
                    --at_work;
                    ++turns;
                }
            });
        }
    }
    std::atomic<int> turns{0};
    std::atomic<bool> is_shared{false};  // two were at work at a time

  private:
    std::vector<std::jthread> threads_;
};

}  // namespace

TEST_CASE("Work that slows the server down is held back, and let in again when it does not") {
    std::atomic<int> at_work{0};
    std::atomic<bool> hurts{true};
    // Far apart, so that nothing else on this machine makes one look like another.
    bool is_long = false;
    Pacer pacer(workers(2), server().options(), [&](database::Connection&) {
        is_long = !is_long;
        std::this_thread::sleep_for(at_work > 0 ? (hurts ? 300ms : 1ms) : is_long ? 100ms : 1ms);
    });
    const Crowd crowd(pacer, 2, at_work);
    until([&] { return pacer.report().workers_now <= PaceOptions{}.workers_min; });
    const double held_back = pacer.report().workers_now;
    hurts = false;
    until([&] { return pacer.report().workers_now > 1.1 * held_back; });
}

TEST_CASE("Nobody begins before the server's own pace is known, and a stop ends the wait") {
    std::atomic<bool> answers{false};
    std::atomic<int> asked{0};
    Pacer pacer(workers(1), server().options(), [&](database::Connection&) {
        ++asked;
        until([&] { return answers.load(); });
    });
    until([&] { return asked > 0; });
    std::stop_source stop;
    std::atomic<int> alive{0};
    std::atomic<int> began{-1};
    std::thread waiting([&] { began = pacer.begin(stop.get_token(), [&] { ++alive; }); });
    until([&] { return alive > 0; });
    CHECK(began == -1);
    SECTION("a stop") { stop.request_stop(); }
    SECTION("answers") { answers = true; }
    waiting.join();
    CHECK(began == (stop.stop_requested() ? 0 : 1));
    answers = true;
}

TEST_CASE("No more workers are busy at a time than the pace allows") {
    Pacer pacer(workers(1), server().options(),
                [](database::Connection& connection) { connection.select("SELECT 1"); });
    std::atomic<int> at_work{0};
    Crowd crowd(pacer, 4, at_work);
    until([&] { return crowd.turns > 50; });
    CHECK_FALSE(crowd.is_shared);
}

TEST_CASE("A worker that waits for a lock does not keep the others from their work") {
    Pacer pacer(workers(1), server().options(),
                [](database::Connection& connection) { connection.select("SELECT 1"); }, {},
                {.every = 200ms, .most = 100ms});
    std::atomic<bool> is_waiting{false};
    std::atomic<bool> has_lock{false};
    std::jthread stuck([&](const std::stop_token& stop) {
        if (!pacer.begin(stop, nothing)) return;
        is_waiting = true;
        until([&] { return has_lock.load(); });
        pacer.end();
    });
    until([&] { return is_waiting.load(); });
    std::atomic<int> at_work{0};
    {
        const Crowd crowd(pacer, 1, at_work);
        // Over several times when nobody is to begin.
        const auto since = std::chrono::steady_clock::now();
        until([&] { return std::chrono::steady_clock::now() - since > 1s; });
        const int turns = crowd.turns;
        until([&] { return crowd.turns > turns; });
    }
    has_lock = true;
}

TEST_CASE("Where nothing can be measured the work goes on") {
    Pacer pacer(workers(1), server().options(), [](database::Connection&) {
        throw database::DatabaseError(1290, "HY000", "answer time", "");
    });
    const std::stop_token never;
    CHECK(pacer.begin(never, nothing));
    pacer.end();
    CHECK(pacer.begin(never, nothing));
}

TEST_CASE("A tiny commit is one that the ledger takes, and leaves nothing when it is over") {
    World world;
    world.prepare();
    const TinyCommit commit(world.rules()->ledger_database);
    database::Connection& connection = world.mautic.connection();
    const auto noted = [&] {
        return world.mautic.value("SELECT COUNT(*) FROM `" + world.rules()->ledger_database + "`.mark");
    };
    const std::string before = noted();
    commit(connection);
    CHECK(noted() != before);
    commit.forget(connection);
    CHECK(noted() == before);
}
