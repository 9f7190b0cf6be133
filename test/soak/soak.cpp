// Everything at once, for as long as it is told: webhooks of all kinds, contacts that come, opt out, are
// held, merged and deleted, commands beside the daemon, and around it servers, disks, files and processes
// that fail. Then every promise that can be seen from outside is checked.
//
//     test/soak/soak MINUTES
//
// GDPRD_TEST_SEED repeats a run, as far as the machine lets it. The daemon is killed and restarted in the
// first third of the time; in the rest it is one process, whose memory, descriptors and threads must not
// grow.
#include <iostream>
#include <thread>

#include "soak/commands.h"
#include "soak/disturbances.h"
#include "soak/judge.h"
#include "soak/watch.h"
#include "system/seed.h"

using namespace gdprd;
using namespace gdprd::soak;

namespace {

using Clock = std::chrono::steady_clock;

constexpr double restarts_until = 0.3;
constexpr std::size_t people_at_first = 100;
constexpr std::size_t rows_of_an_import = 1'000;
// A Mautic of some size; more would make the database large and nothing else.
constexpr std::chrono::milliseconds between_steps(50);

void act(World& world, Day& day, Disturbances& disturbances, double at) {
    const std::uint64_t kind = world.dice.below(1'000);
    if (kind < 8) return disturbances.disturb();
    if (kind < 18 && at < restarts_until) {
        return world.dice.chance(80) ? disturbances.restart_daemon() : disturbances.restart_both();
    }
    if (kind < 24) return run_a_command(world);
    if (kind == 24) return day.import(rows_of_an_import);
    day.step();
}

void run(World& world, Day& day, Disturbances& disturbances, std::chrono::duration<double> length) {
    Watch watch(world);
    const auto begin = Clock::now();
    auto due = begin;
    for (double at = 0; at < 1; at = (Clock::now() - begin) / length) {
        act(world, day, disturbances, at);
        watch.look(at);
        due = std::max(due + between_steps, Clock::now() - std::chrono::seconds(1));
        std::this_thread::sleep_until(due);
    }
    watch.judge();
}

int soak_for(std::chrono::duration<double> length) {
    World world(test::seed_of_this_run());
    Day day(world);
    Disturbances disturbances(world, day);
    day.people_come(people_at_first);
    world.start();
    world.here.wait_until("it is ready", [&] { return world.here.status_of("/readyz") == 200; });
    run(world, day, disturbances, length);
    std::cout << time_text() << " it is over, and has to settle" << std::endl;
    settle(world);
    judge(world, disturbances);
    world.print_counts();
    std::cout << (world.complaints() == 0 ? "passed" : "FAILED") << std::endl;
    return world.complaints() == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
    const double minutes = count == 2 ? std::atof(arguments[1]) : 0;
    if (minutes <= 0) {
        std::cerr << "usage: soak MINUTES\n";
        return 2;
    }
    try {
        return soak_for(std::chrono::duration<double, std::ratio<60>>(minutes));
    } catch (const std::exception& error) {
        std::cout << time_text() << " FAILED: " << error.what() << std::endl;
        return 1;
    }
}
