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

// Every so many seconds, at no moment in particular: however fast the machine is.
class Turn {
  public:
    Turn(Dice& dice, unsigned least, unsigned most) : dice_(dice), least_(least), most_(most) { wait(); }
    bool has_come() {
        if (Clock::now() < due_) return false;
        wait();
        return true;
    }

  private:
    void wait() { due_ = Clock::now() + std::chrono::seconds(dice_.between(least_, most_)); }

    Dice& dice_;
    unsigned least_, most_;
    Clock::time_point due_;
};

void run(World& world, Day& day, Disturbances& disturbances, std::chrono::duration<double> length) {
    Watch watch(world);
    Turn disturbance(world.dice, 3, 12), restart(world.dice, 2, 8), command(world.dice, 3, 12),
        import(world.dice, 30, 90);
    const auto begin = Clock::now();
    for (double at = 0; at < 1; at = (Clock::now() - begin) / length) {
        const auto next = Clock::now() + between_steps;
        day.step();
        if (disturbance.has_come()) disturbances.disturb();
        if (at < restarts_until && restart.has_come()) disturbances.restart();
        if (command.has_come()) run_a_command(world);
        if (import.has_come()) day.import(rows_of_an_import);
        watch.look(at);
        std::this_thread::sleep_until(next);
    }
    watch.judge();
}

int soak_for(std::chrono::duration<double> length) {
    World world(test::seed_of_this_run());
    Day day(world);
    Disturbances disturbances(world, day);
    day.people_come(people_at_first);
    day.import(rows_of_an_import);
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
