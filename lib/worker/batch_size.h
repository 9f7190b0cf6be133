// How many contacts a worker takes into one transaction. Pure.
#pragma once

#include <cstddef>

#include "base/clock.h"

namespace gdprd::worker {

// Grows and shrinks so that a transaction takes about `target`: Mautic's own statements wait that long at
// most for a row that a batch has locked. Begins small, because how slow the database is becomes known only
// by trying.
class BatchSize {
  public:
    BatchSize(std::size_t max, Milliseconds target);

    // At least 1, at most `max`.
    std::size_t current() const { return current_; }

    // A batch of `contacts` took this long. A batch smaller than current() says nothing about a larger one
    // unless it was too slow.
    void note(std::size_t contacts, Milliseconds taken);

  private:
    const std::size_t max_;
    const Milliseconds target_;
    std::size_t current_;
};

}  // namespace gdprd::worker
