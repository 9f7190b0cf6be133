// Who has to wait after wrong attempts: pauses of 1, 2, 4 … seconds, at most 15 minutes, once the free ones
// are used up. Nobody knows of them any more after an hour without a wrong one.
//
// Threads: one at a time. Pure: the time is given.
#pragma once

#include <cstddef>
#include <string>
#include <unordered_map>

#include "base/clock.h"

namespace gdprd::sign_in {

class Attempts {
  public:
    static constexpr Milliseconds pause_max{900'000};
    static constexpr Milliseconds quiet{3'600'000};
    static constexpr std::size_t entries_max = 10'000;

    // `free` wrong attempts bring no pause. Beyond `max` entries the one without a wrong attempt for longest
    // is forgotten.
    explicit Attempts(int free, std::size_t max = entries_max) : free_(free), max_(max) {}

    // How long `key` must still wait; 0: it need not.
    Milliseconds wait_of(const std::string& key, Timestamp now);
    // An attempt is made: it counts as a wrong one from now on, so that a hundred at the same time are not
    // looked at before the first one is known to be wrong.
    void begin(const std::string& key, Timestamp now);
    // That one was right: it is as if it had not been made.
    void take_back(const std::string& key);
    // As if there had never been a wrong one.
    void forget(const std::string& key) { entries_.erase(key); }

    std::size_t size() const { return entries_.size(); }

  private:
    struct Entry {
        int count = 0;
        Timestamp last;
        Timestamp before_last;
    };

    void make_room(Timestamp now);

    const int free_;
    const std::size_t max_;
    std::unordered_map<std::string, Entry> entries_;
};

}  // namespace gdprd::sign_in
