// What the daemon takes of the machine, once every few seconds: one line each, and at the end whether it
// grew.
#pragma once

#include <chrono>
#include <vector>

#include "soak/world.h"

namespace gdprd::soak {

struct Sample {
    double at = 0;  // part of the whole time that is over
    pid_t process = 0;
    std::size_t resident = 0, descriptors = 0, threads = 0;
    std::uintmax_t queue_bytes = 0;
};

class Watch {
  public:
    explicit Watch(World& world) : world_(world) {}

    // Nothing happens when it looked a moment ago. `at`: what part of the time is over.
    void look(double at);
    // What the last third of the time takes is what the second took. The process must be the same.
    void judge();

  private:
    World& world_;
    std::vector<Sample> samples_;
    std::chrono::steady_clock::time_point next_{};
};

}  // namespace gdprd::soak
