#include "queue/circuit_breaker.h"

#include "queue/statement_use.h"

namespace gdprd::queue {
namespace {

std::int64_t minute_of(Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
}

}  // namespace

// A clock that was set back leaves minutes in the future. They count as long as they can be of the last hour.
CircuitBreaker::CircuitBreaker(Connection& connection)
    : paused_(connection.database(), "SELECT paused_at IS NOT NULL FROM brake"),
      look_(connection.database(),
            "SELECT paused_at, (SELECT coalesce(sum(contacts), 0) FROM erasures "
            "WHERE minute > ?1 - 60 AND minute < ?1 + 60), "
            "(SELECT sum(jobs) FROM counts WHERE state IN ('ready', 'running', 'waiting') AND braked = 1) "
            "FROM brake"),
      pause_(connection.database(), "UPDATE brake SET paused_at = ?"),
      count_(connection.database(),
             "INSERT INTO erasures VALUES (?, ?) "
             "ON CONFLICT (minute) DO UPDATE SET contacts = contacts + excluded.contacts"),
      take_back_(connection.database(),
                 "UPDATE erasures SET contacts = max(contacts - ?2, 0) WHERE minute = ?1"),
      forget_(connection.database(), "DELETE FROM erasures WHERE minute <= ?1 - 60 OR minute >= ?1 + 60"),
      last_row_(connection.database(),
                "SELECT max(contact) FROM (SELECT contact FROM jobs WHERE contact >= ? "
                "ORDER BY contact LIMIT ?)"),
      let_through_(connection.database(),
                   "UPDATE jobs SET let_through = 1 WHERE contact >= ? AND contact <= ? AND braked = 1 "
                   "AND state <> 'settling' AND state <> 'parked'"),
      release_(connection.database(), "UPDATE brake SET paused_at = NULL"),
      forget_all_(connection.database(), "DELETE FROM erasures") {}

bool CircuitBreaker::paused() {
    Use use(paused_);
    use->executeStep();
    return use.number(0) != 0;
}

CircuitBreakerState CircuitBreaker::look(Timestamp at) {
    Use use(look_);
    use->bind(1, minute_of(at));
    use->executeStep();
    CircuitBreakerState state;
    if (!use.is_null(0)) state.paused_since = to_time(use.number(0));
    state.erased_last_hour = use.number(1);
    state.held_back = use.number(2);
    return state;
}

void CircuitBreaker::pause(Timestamp at) {
    Use use(pause_);
    use->bind(1, to_sql(at));
    use->exec();
}

void CircuitBreaker::count(std::int64_t erasures, Timestamp at) {
    Use count(count_);
    count->bind(1, minute_of(at));
    count->bind(2, erasures);
    count->exec();
    Use forget(forget_);
    forget->bind(1, minute_of(at));
    forget->exec();
}

void CircuitBreaker::take_back(std::int64_t erasures, Timestamp counted_at) {
    Use use(take_back_);
    use->bind(1, minute_of(counted_at));
    use->bind(2, erasures);
    use->exec();
}

CircuitBreaker::Portion CircuitBreaker::let_through(std::int64_t from_row, std::size_t rows) {
    Portion portion;
    {
        Use use(last_row_);
        use->bind(1, from_row);
        use->bind(2, static_cast<std::int64_t>(rows));
        use->executeStep();
        portion.end = use.is_null(0);
        if (portion.end) return portion;
        portion.last_row = use.number(0);
    }
    Use use(let_through_);
    use->bind(1, from_row);
    use->bind(2, portion.last_row);
    portion.let_through = static_cast<std::size_t>(use->exec());
    portion.end = portion.last_row == std::numeric_limits<std::int64_t>::max();
    return portion;
}

void CircuitBreaker::release() {
    Use release(release_);
    release->exec();
    Use forget(forget_all_);
    forget->exec();
}

}  // namespace gdprd::queue
