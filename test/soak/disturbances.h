// What goes wrong around the daemon, and when: an error in its log is explained by nothing else.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "soak/opt_outs.h"
#include "soak/world.h"

namespace gdprd::soak {

class Disturbances {
  public:
    Disturbances(World& world, Day& day) : world_(world), day_(day) {}

    // One that the process outlives: each of them once before one comes again.
    void disturb();
    // One that it does not; now and then while the database server is away.
    void restart();
    // Lines of the level "error" in the log that none of them explains.
    std::vector<std::string> unexplained(const std::string& log) const;

  private:
    struct Period {
        std::string what, begin, end;
    };

    void kill_database() {
        be_without_database([] {});
    }
    void be_without_database(const std::function<void()>& meanwhile);
    void kill_connections();
    void fill_disk();
    void reload();
    void reload_broken();
    void rotate_log();
    void set_clock_back();
    void restart_daemon();
    void note(const std::string& what, const std::string& begin);
    bool is_explained(const std::string& line) const;

    World& world_;
    Day& day_;
    std::vector<Period> periods_;
    std::vector<void (Disturbances::*)()> to_come_;
    int rotated_ = 0;
};

}  // namespace gdprd::soak
