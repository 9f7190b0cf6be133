#include "soak/commands.h"

#include <algorithm>
#include <iostream>

namespace gdprd::soak {

namespace {

constexpr int done = 0, left_some_alone = 3;

void run(World& world, const std::vector<std::string>& arguments, int expected) {
    std::string output;
    const int code = world.run(arguments, "", output);
    world.count("commands: " + arguments.front());
    std::cout << time_text() << " command " << arguments.front() << ": " << code << std::endl;
    world.check(code == expected, "`" + arguments.front() + "` ended with " + std::to_string(code) +
                                      " instead of " + std::to_string(expected) + ":\n" + output);
}

void erase(World& world, Fate fate, int expected) {
    Somebody* somebody = world.people.pick(
        world.dice, [&](const Somebody& one) { return one.fate == fate && !one.gone && !one.came_back; });
    if (somebody == nullptr) return;
    somebody->commanded = true;
    run(world, {"erase", "--contact", std::to_string(somebody->contact)}, expected);
}

// It names who came back as somebody else, and leaves them alone.
void reapply(World& world) {
    std::string output;
    const int code = world.run({"reapply"}, "", output);
    world.count("commands: reapply");
    std::cout << time_text() << " command reapply: " << code << std::endl;
    const auto& all = world.people.all();
    const bool somebody_came_back =
        std::any_of(all.begin(), all.end(), [](const Somebody& one) { return one.came_back; });
    world.check(code == done || (code == left_some_alone && somebody_came_back),
                "`reapply` ended with " + std::to_string(code) + ":\n" + output);
}

}  // namespace

void sweep(World& world) {
    std::string output;
    const int code = world.run({"sweep", "--yes", "--no-progress"}, "", output);
    std::cout << time_text() << " command sweep: " << code << std::endl;
    // Those on hold are left alone.
    world.check(code == done || code == left_some_alone,
                "`sweep` ended with " + std::to_string(code) + ":\n" + output);
}

void run_a_command(World& world) {
    switch (world.dice.below(5)) {
        case 0:
            return erase(world, Fate::erased, done);
        case 1:
            return erase(world, Fate::living, left_some_alone);
        case 2:
            return erase(world, Fate::held, left_some_alone);
        case 3:
            return reapply(world);
        default:
            return run(world, {"ledger", "verify"}, done);
    }
}

}  // namespace gdprd::soak
