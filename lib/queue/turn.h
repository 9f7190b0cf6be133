// Whose turn it is when more jobs are due than a worker takes. No I/O.
//
// Requests (ready, and waiting ones that are due) come first, because somebody opted out and is still
// readable; but every fourth place is offered to a later pass. So a million later passes that became due
// while the daemon was down delay a new request by a third at most, and a steady stream of requests cannot
// keep later passes, and with them the status `complete`, away for ever. A place nobody wants goes to the
// other kind.
#pragma once

#include <cstddef>
#include <vector>

#include "base/clock.h"
#include "base/contact_id.h"

namespace gdprd::queue {

struct Candidate {
    ContactId contact = 0;
    Timestamp due_at{};
};

class Turn {
  public:
    static constexpr int places_per_later_pass = 4;

    // Up to `max` of both, each list in its own order.
    std::vector<Candidate> choose(const std::vector<Candidate>& requests,
                                  const std::vector<Candidate>& later_passes, std::size_t max);

  private:
    int place_ = 0;  // goes on from one call to the next, so that taking one job at a time is fair too
};

// Both lists are sorted by due_at; so is the result.
std::vector<Candidate> merged_by_time(const std::vector<Candidate>& left,
                                      const std::vector<Candidate>& right);

}  // namespace gdprd::queue
