// The circuit breaker for what is not in the queue: contacts that were deleted in Mautic and left something
// behind, and contacts whose hashes go at the end of the retention period. They count like erasures all the
// same, together with them and in the same file (`Queue::admit()`), so that neither a restart nor a kill
// makes room, and a period that was mistyped, or a clock that is wrong, ends at the same limit. When more
// than [safety] max_per_hour are to be erased, all erasing is paused; `mautic-gdprd queue resume` lets
// through as many as the log has told of, and what has come since counts as usual. While they wait, the log
// tells of them again when they are twice as many. Those that were allowed and not erased before a restart
// are asked for, and counted, again: that pauses too early and never too late.
//
// Copied into a std::function; the queue outlives it. Threads: one at a time. Errors: QueueError.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/clock.h"
#include "queue/queue.h"

namespace gdprd::daemon {

class DeletionCircuitBreaker {
  public:
    enum class Of { deleted_contacts, hashes };

    DeletionCircuitBreaker(queue::Queue& queue, std::int64_t per_hour_max, Of of = Of::deleted_contacts);

    // Whether so many more contacts may be erased now; those count when it says yes. 0: whether what was
    // allowed before may go on.
    bool operator()(std::size_t contacts) { return allow(contacts, now()); }
    bool allow(std::size_t contacts, Timestamp at);

  private:
    void tell(std::int64_t contacts, std::int64_t last_hour);

    queue::Queue* queue_;
    std::int64_t per_hour_max_;
    Of of_;
    bool held_back_ = false;  // contacts wait for the end of a pause
    std::int64_t told_ = 0;   // so many of them the log has told of
};

}  // namespace gdprd::daemon
