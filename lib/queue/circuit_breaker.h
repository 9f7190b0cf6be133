// The circuit breaker: what happens when somebody puts everybody on do-not-contact by mistake.
//
// Erasures that nobody asked for by hand (pass 0 of a webhook's or the sweep's request) are counted when they
// are about to be committed: what is in the queue may turn out to be on hold, erased already or not
// do-not-contact, and erases nobody then. An erasure that would be one more than `[safety] max_per_hour` in
// an hour is not committed, and erasing pauses: the file says so, hence it survives everything, and take()
// hands out only what the circuit breaker is not for. It ends when an operator says `queue resume`, and never
// by itself.
//
// What is counted is reserved before the commit, so that a kill in between counts too much and never too
// little; whoever rolls back gives it back.
//
// What the circuit breaker is not for: later passes, because their contacts are erased already; requests
// given by hand; jobs that are let through, because an operator brought them back (`queue retry`) or let them
// pass (`queue resume`). Each job says so itself, so that what was let through does not make room for anybody
// else.
//
// Does not lock or open a transaction; whoever uses it does.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

#include "base/clock.h"
#include "queue/connection.h"

namespace gdprd::queue {

struct CircuitBreakerState {
    std::optional<Timestamp> paused_since;
    std::int64_t erased_last_hour = 0;
    // Jobs that need admission and are ready, running or waiting, due or not.
    std::int64_t held_back = 0;
};

class CircuitBreaker {
  public:
    explicit CircuitBreaker(Connection& connection);

    bool paused();
    CircuitBreakerState look(Timestamp at);

    void pause(Timestamp at);
    void count(std::int64_t erasures, Timestamp at);
    void take_back(std::int64_t erasures, Timestamp counted_at);

    // Letting through goes through the whole file in portions of rows, so that the daemon gets its turn.
    struct Portion {
        std::size_t let_through = 0;
        std::int64_t last_row = 0;
        bool end = false;
    };
    static constexpr std::int64_t first_row = std::numeric_limits<std::int64_t>::min();
    Portion let_through(std::int64_t from_row, std::size_t rows);
    // Ends the pause and forgets what was counted.
    void release();

  private:
    SQLite::Statement paused_, look_, pause_, count_, take_back_, forget_, last_row_, let_through_, release_,
        forget_all_;
};

}  // namespace gdprd::queue
