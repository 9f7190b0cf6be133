// The scheduler's thread: takes looks, survives their failures, and stops.
#include "background/scheduler.h"

#include <atomic>
#include <functional>
#include <thread>

#include "reconciliation/household.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::background;
using namespace gdprd::test;
using namespace std::chrono_literals;

namespace {

// Does what a test says, and counts.
class Probe : public Task {
  public:
    explicit Probe(Milliseconds period, std::function<void(const Run&)> body = {})
        : period_(period), body_(std::move(body)) {}

    std::string_view name() const override { return "probe"; }
    Milliseconds period() const override { return period_; }
    void run(const Run& run) override {
        ++begun;
        if (body_) body_(run);
        ++done;
    }

    std::atomic<int> begun{0};
    std::atomic<int> done{0};

  private:
    const Milliseconds period_;
    const std::function<void(const Run&)> body_;
};

void wait_until(const std::function<bool()>& condition) {
    const auto limit = std::chrono::steady_clock::now() + 60s;
    while (!condition()) {
        REQUIRE(std::chrono::steady_clock::now() < limit);
        std::this_thread::sleep_for(1ms);
    }
}

// A plan cache that has read its schema, or not yet.
class Bench {
  public:
    explicit Bench(bool with_rules = true) {
        if (with_rules) make_rules();
    }

    void make_rules() { plans.refresh(home.world.daemon, nullptr); }

    template <class... Tasks>
    std::unique_ptr<Scheduler> start(Tasks... tasks) {
        std::vector<std::unique_ptr<Task>> all;
        (all.push_back(std::move(tasks)), ...);
        return std::make_unique<Scheduler>(home.world.mautic.options(), ThrottleOptions{0, 0}, started, plans,
                                           progress, std::move(all));
    }

    Household home;
    const Timestamp started = *parse_utc("2026-03-01 12:00:00");
    worker::PlanCache plans{"", [this](const mautic::Schema&) { return home.world.rules(); },
                            [](const auto&, const std::string&) {}};
    health::Progress progress;
};

std::unique_ptr<Probe> probe(Milliseconds period, std::function<void(const Run&)> body = {}) {
    return std::make_unique<Probe>(period, std::move(body));
}

// The session of a look is killed by another one.
void kill_session(const database::ConnectionOptions& options, const Run& run) {
    auto id = run.connection.select("SELECT CONNECTION_ID()");
    id.next();
    database::Connection(options).change("KILL " + id.text(0));
}

}  // namespace

TEST_CASE("Every look is taken when it is due, one after the other") {
    Bench bench;
    auto often = probe(1ms);
    auto seldom = probe(1h);
    Probe& often_seen = *often;
    Probe& seldom_seen = *seldom;
    const auto scheduler = bench.start(std::move(often), std::move(seldom));
    wait_until([&] { return often_seen.done >= 5; });
    CHECK(seldom_seen.done == 1);
}

TEST_CASE("A look that has more to do at once lets the others have their turn") {
    Bench bench;
    auto greedy = probe(0ms);
    auto other = probe(5ms);
    Probe& greedy_seen = *greedy;
    Probe& other_seen = *other;
    const auto scheduler = bench.start(std::move(greedy), std::move(other));
    wait_until([&] { return other_seen.done >= 3 && greedy_seen.done >= 3; });
}

TEST_CASE("Looks wait until there are rules; before the first one the installation is noted") {
    Bench bench(false);
    bench.home.world.daemon.change("DELETE FROM test_ledger.mark");
    std::optional<Timestamp> noted;
    auto task = probe(1h, [&](const Run& run) {
        noted = Checkpoints(run.connection, run.rules->ledger_database).time("installed");
    });
    Probe& seen = *task;
    const auto scheduler = bench.start(std::move(task));
    CHECK(seen.begun == 0);
    bench.make_rules();
    wait_until([&] { return seen.done == 1; });
    CHECK(noted == bench.started);
}

TEST_CASE("A look whose connection was closed is taken again at once") {
    Bench bench;
    std::atomic<int> kills{0};
    auto task = probe(1h, [&](const Run& run) {
        if (kills++ == 0) kill_session(bench.home.world.mautic.options(), run);
        run.connection.select("SELECT 1");
    });
    Probe& seen = *task;
    const auto scheduler = bench.start(std::move(task));
    wait_until([&] { return seen.done == 1; });
    CHECK(seen.begun == 2);
}

TEST_CASE("A look that fails is taken again after its period, and does not disturb the others") {
    Bench bench;
    std::atomic<int> failures{0};
    auto failing = probe(1ms, [&](const Run& run) {
        if (failures++ < 3) run.connection.select("SELECT nothing FROM nowhere_at_all");
    });
    auto other = probe(1ms);
    auto broken = probe(1ms, [](const Run&) { throw std::runtime_error("a text with ann@example.org"); });
    Probe& failing_seen = *failing;
    Probe& other_seen = *other;
    Probe& broken_seen = *broken;
    const auto scheduler = bench.start(std::move(failing), std::move(other), std::move(broken));
    wait_until([&] { return failing_seen.done >= 1 && other_seen.done >= 5 && broken_seen.begun >= 2; });
}

TEST_CASE("Without a database the scheduler waits for one") {
    Bench bench;
    auto task = probe(1ms);
    Probe& seen = *task;
    auto options = bench.home.world.mautic.options();
    PrivateServer::Options not_started;
    not_started.start = false;
    PrivateServer other(not_started);
    options.unix_socket = other.socket().string();
    options.database = "mysql";
    std::vector<std::unique_ptr<Task>> tasks;
    tasks.push_back(std::move(task));
    // The ledger of the other server is made when it is there: until then noting the installation fails too.
    const auto scheduler = std::make_unique<Scheduler>(options, ThrottleOptions{0, 0}, bench.started,
                                                       bench.plans, bench.progress, std::move(tasks));
    other.start();
    {
        database::Connection root(other.options());
        ledger::Ledger(root, World::ledger_name).create();
    }
    wait_until([&] { return seen.done >= 1; });
    CHECK(other.value("SELECT at FROM test_ledger.mark WHERE name = 'installed'") ==
          "2026-03-01 12:00:00.000");
}

TEST_CASE("It stops in the middle of a run that asks, and beats while it works") {
    Bench bench;
    auto task = probe(1h, [](const Run& run) {
        while (!run.stop.stop_requested()) run.throttle.wait(run.connection, run.stop);
    });
    Probe& seen = *task;
    auto scheduler = bench.start(std::move(task));
    wait_until([&] { return seen.begun == 1; });
    const auto in_an_hour = std::chrono::steady_clock::now() + 1h;
    CHECK(bench.progress.stuck(in_an_hour).has_value());
    scheduler->stop();
    CHECK(seen.done == 1);
    CHECK(bench.progress.healthy(in_an_hour));
    scheduler.reset();
}

TEST_CASE("A scheduler with nothing to look at does nothing") {
    Bench bench;
    const auto scheduler = bench.start();
    CHECK(bench.progress.healthy());
}
