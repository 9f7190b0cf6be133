// How much of the time bulk work may take, so that a database answers others nearly as fast as it does
// without that work. Pure; one thread.
//
// It is told how long a tiny statement took, again and again. The share of slow answers is kept at a small
// target: each slow one takes a part of the work away, each other one gives a little back, so that both
// balance where just the target is slow. What is slow is a multiple of what the same statement takes at most
// while nobody works, which is measured from time to time: a server that Mautic itself keeps busy is not
// slowed by us.
#pragma once

#include <chrono>
#include <cstddef>
#include <deque>

namespace gdprd::background {

using AnswerTime = std::chrono::duration<double, std::milli>;

struct PaceOptions {
    double workers_max = 1;     // that there are
    double workers_min = 0.1;   // work is never given up
    double slowdown_max = 1.5;  // of what is ordinary while nobody works; longer is slow
    double slow_share = 0.01;   // of all answers; those while nobody works count as quick ones
};

class Pace {
  public:
    explicit Pace(const PaceOptions& options);

    // An answer while nobody worked, and one while somebody did.
    void note_idle(AnswerTime taken);
    void note_working(AnswerTime taken);
    // No answer at all.
    void note_failure() { slow_down(); }

    // Enough answers were measured while nobody worked.
    bool knows_idle() const { return idle_.size() >= enough; }
    // How many workers may be at work, on average: half a worker works half of the time.
    double workers() const { return workers_; }
    double workers_max() const { return options_.workers_max; }
    AnswerTime median_idle() const;
    AnswerTime median_working() const;

    static constexpr std::size_t enough = 20;

  private:
    void slow_down();
    void speed_up();
    void keep_within_limits();

    const PaceOptions options_;
    double workers_;
    AnswerTime slow_from_{0};         // 0: not known yet
    std::deque<AnswerTime> idle_;     // the last ones
    std::deque<AnswerTime> working_;  // the last ones
};

}  // namespace gdprd::background
