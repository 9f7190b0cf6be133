// A look at Mautic's database that the daemon takes by itself, again and again.
#pragma once

#include <cstddef>
#include <memory>
#include <stop_token>
#include <string_view>

#include "background/throttle.h"
#include "base/clock.h"
#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::background {

// Of one look; then the other looks have their turn.
inline constexpr std::size_t pages_a_turn = 20;

// What a look has at hand. All of it belongs to the scheduler and lives as long as the look.
struct Look {
    database::Connection& connection;
    std::shared_ptr<const erasure::Rules> rules;  // never none
    const std::stop_token& stop;                  // end soon when it is set; between pages at the latest
    Throttle& throttle;  // wait() between pages: it also shows that the thread gets on
};

// Threads: the scheduler's only. A task keeps no connection between looks.
class Task {
  public:
    Task() = default;
    virtual ~Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    // For the log: "sweep", "webhook watch".
    virtual std::string_view name() const = 0;
    // From the end of a look to the beginning of the next one, asked at the end of it. The first one comes
    // soon after the start. 0: more to do at once, after the other tasks that are due.
    virtual Milliseconds period() const = 0;
    // Throws DatabaseError and QueueError: the look is taken again later, from where the task says. The
    // ledger exists, and the time of the installation is noted in it (background/marks.h).
    virtual void run(const Look& look) = 0;
};

}  // namespace gdprd::background
