// Something that the daemon does in Mautic's database by itself, again and again.
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

// Of one run; then the other tasks have theirs.
inline constexpr std::size_t pages_a_turn = 20;

// What a run has at hand. All of it belongs to the scheduler and lives as long as the run.
struct Run {
    database::Connection& connection;
    std::shared_ptr<const erasure::Rules> rules;  // never none
    const std::stop_token& stop;                  // end soon when it is set; between pages at the latest
    Throttle& throttle;  // wait() between pages: it also shows that the thread gets on
};

// The pages that a task reads in one turn; then the other tasks have theirs.
class PageBudget {
  public:
    explicit PageBudget(const Run& run, std::size_t pages = pages_a_turn) : run_(run), left_(pages) {}

    // Before each page: false when none is left or a stop is requested. Waits for the throttle between pages.
    bool next();
    // The same after a page: whether there may be another one.
    bool another();

  private:
    const Run& run_;
    std::size_t left_;
    bool has_begun_ = false;
};

// Threads: the scheduler's only. A task keeps no connection between runs.
class Task {
  public:
    Task() = default;
    virtual ~Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;

    // For the log: "sweep", "webhook watch".
    virtual std::string_view name() const = 0;
    // From the end of a run to the beginning of the next one, asked at the end of it. The first one comes
    // soon after the start. 0: more to do at once, after the other tasks that are due.
    virtual Milliseconds period() const = 0;
    // Throws DatabaseError and QueueError: the task runs again later, from where it says. The
    // ledger exists, and the time of the installation is noted in it (background/checkpoints.h).
    virtual void run(const Run& run) = 0;
};

}  // namespace gdprd::background
