// What everything works on: one Mautic with its daemon, who is in it, the dice, and what went wrong.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "model/dice.h"
#include "soak/mautic.h"
#include "soak/people.h"
#include "system/installation.h"
#include "system/small_disk.h"

namespace gdprd::soak {

// Seconds; an erasure may say that it was that much before what it is of.
constexpr std::uint64_t clock_back_at_most = 90;

// In the daemon's own format, so that they compare with the times of its log.
std::string time_text();

class World {
  public:
    explicit World(std::uint64_t seed);

    // Prints it; the run fails.
    void complain(const std::string& what);
    void check(bool right, const std::string& what) {
        if (!right) complain(what);
    }
    std::size_t complaints() const { return complaints_; }
    void count(const std::string& what) { ++counts_[what]; }
    void print_counts() const;

    // The daemon, with a clock that set_clock() sets.
    void start();
    // So many seconds from the real time, at once.
    void set_clock(std::int64_t seconds);

    // Runs the program with the configuration that is written, and returns its exit code; `output` gets what
    // it printed.
    int run(const std::vector<std::string>& arguments, const std::string& input, std::string& output);
    // All that the daemon has ever printed, in whatever file it is by now.
    std::string log() const;
    std::filesystem::path log_file() const { return here.directory / "log"; }

    Dice dice;
    test::PrivateServer server;
    test::Installation here;
    test::SmallDisk disk;
    Mautic mautic;
    People people;

  private:
    std::map<std::string, std::size_t> counts_;
    std::size_t complaints_ = 0;
    int runs_ = 0;
};

}  // namespace gdprd::soak
