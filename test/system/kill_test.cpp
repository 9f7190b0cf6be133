// The daemon is killed without warning, again and again, while it works.
#include <random>

#include "support/catch.h"
#include "system/aftermath.h"
#include "system/load.h"
#include "system/seed.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

using Milliseconds = std::chrono::milliseconds;

class Killer {
  public:
    Killer(Installation& here, Load& load) : here_(here), load_(load) {}

    // Dies after some more acknowledgements, at no moment in particular.
    void kill_in_work(std::size_t acknowledgements) {
        const std::size_t target = load_.acknowledged() + acknowledgements;
        here_.wait_until("enough is acknowledged",
                         [&] { return load_.acknowledged() >= target || load_.finished(); });
        die_within(Milliseconds(40));
    }

    // Dies while it starts: opens the queue, reads the schema, makes the plan.
    void kill_in_start() {
        here_.daemon.reset();
        here_.daemon.emplace(here_.config.write(), here_.directory / "log");
        die_within(Milliseconds(150));
    }

    void restart() {
        here_.start();
        load_.server_is_up();
    }

    int kills() const { return kills_; }
    std::size_t between(std::size_t least, std::size_t most) {
        return std::uniform_int_distribution<std::size_t>(least, most)(random_);
    }

  private:
    // Waiting for an end that does not come by itself is how this picks a random moment.
    void die_within(Milliseconds limit) {
        const Milliseconds moment(between(0, static_cast<std::size_t>(limit.count())));
        REQUIRE_FALSE(here_.daemon->wait_for_exit(moment).has_value());
        here_.kill();
        ++kills_;
    }

    Installation& here_;
    Load& load_;
    std::mt19937 random_{seed_of_this_run()};
    int kills_ = 0;
};

}  // namespace

TEST_CASE("Killed at random moments under load, it erases everybody it acknowledged, once") {
    constexpr std::size_t people = 1'000;
    Installation here("killed");
    prepare_for_aftermath(here);
    Aftermath aftermath(here, people);
    here.start();
    Load load(here.config.port, here.config.webhook_secret, aftermath.contacts(), 6);
    Killer killer(here, load);
    for (int round = 0; round < 12; ++round) {
        killer.kill_in_work(killer.between(10, 110));
        if (round % 4 == 1) killer.kill_in_start();
        killer.restart();
    }
    CHECK(killer.kills() >= 12);
    const auto acknowledged = load.acknowledged_contacts();
    CHECK(load.other_answers() == std::set<int>{});
    CHECK(acknowledged.size() > people / 2);
    aftermath.check(acknowledged);
    here.stop();
}
