// A look at Mautic's database that the daemon takes by itself, again and again.
#pragma once

#include <memory>
#include <stop_token>
#include <string_view>

#include "base/clock.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "sweep/throttle.h"

namespace gdprd::sweep {

// What a look has at hand. All of it belongs to the sweeper and lives as long as the look.
struct Look {
    database::Connection& connection;
    std::shared_ptr<const erasure::Rules> rules;  // never none
    const std::stop_token& stop;                  // end soon when it is set; between pages at the latest
    Throttle& throttle;                           // asked between pages
};

// Threads: the sweeper's only. A task keeps no connection between looks.
class Task {
  public:
    Task() = default;
    virtual ~Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    // For log and health: "sweep", "webhook watch".
    virtual std::string_view name() const = 0;
    // From the end of a look to the beginning of the next one. The first one comes soon after the start.
    virtual Milliseconds period() const = 0;
    // Throws DatabaseError and QueueError: the look is taken again later.
    virtual void run(const Look& look) = 0;
};

}  // namespace gdprd::sweep
