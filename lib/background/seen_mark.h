// How far a look at rows with growing ids has come, kept among the marks: all up to there has been seen, and
// nothing that was there before the first look.
//
// The mark stays behind the highest row that was read, by what was read `overlap` ago: a transaction that
// began earlier may commit a lower id later. So the youngest rows are read again and again; whoever handles
// them must not mind. Threads: the scheduler's. Errors: DatabaseError.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>

#include "background/marks.h"
#include "base/clock.h"

namespace gdprd::background {

class SeenMark {
  public:
    SeenMark(std::string name, Milliseconds overlap);

    // Where a look begins. `highest` is asked for the highest id there is: at the very first look that is the
    // mark, and later a lower one tells that the database was restored.
    std::uint64_t begin(Marks& marks, const std::function<std::uint64_t()>& highest);
    // Where it ended; `through`: there was nothing more. Otherwise there is too much to be read again.
    void end(Marks& marks, std::uint64_t reached, bool through);

  private:
    using Clock = std::chrono::steady_clock;

    const std::string name_;
    const Milliseconds overlap_;
    std::uint64_t pending_ = 0;  // what was reached at pending_since_
    Clock::time_point pending_since_{};
};

}  // namespace gdprd::background
