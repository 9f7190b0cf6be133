#include "queue/brake.h"

#include "queue/statement_use.h"

namespace gdprd::queue {
namespace {

std::int64_t minute_of(Timestamp time) {
    return std::chrono::floor<std::chrono::minutes>(time.time_since_epoch()).count();
}

}  // namespace

// A clock that was set back leaves minutes in the future. They count as long as they can be of the last hour.
Brake::Brake(Connection& connection)
    : paused_(connection.database(), "SELECT paused_at IS NOT NULL FROM brake"),
      look_(connection.database(),
            "SELECT paused_at, (SELECT coalesce(sum(contacts), 0) FROM erasures "
            "WHERE minute > ?1 - 60 AND minute < ?1 + 60), "
            "(SELECT jobs FROM counts WHERE state = 'ready' AND braked = 1) + "
            "(SELECT jobs FROM counts WHERE state = 'running' AND braked = 1), "
            "(SELECT jobs FROM counts WHERE state = 'waiting' AND braked = 1) FROM brake"),
      due_(connection.database(),
           "SELECT count(*) FROM (SELECT 1 FROM jobs INDEXED BY jobs_by_turn "
           "WHERE state = 'waiting' AND due_at <= ? AND braked = 1 LIMIT ?)"),
      pause_(connection.database(), "UPDATE brake SET paused_at = ?"),
      count_(connection.database(),
             "INSERT INTO erasures VALUES (?, ?) "
             "ON CONFLICT (minute) DO UPDATE SET contacts = contacts + excluded.contacts"),
      forget_(connection.database(), "DELETE FROM erasures WHERE minute <= ?1 - 60 OR minute >= ?1 + 60"),
      last_row_(connection.database(),
                "SELECT max(contact) FROM (SELECT contact FROM jobs WHERE contact >= ? "
                "ORDER BY contact LIMIT ?)"),
      let_through_(connection.database(),
                   "UPDATE jobs SET let_through = 1 WHERE contact >= ? AND contact <= ? AND braked = 1 "
                   "AND state <> 'settling' AND state <> 'parked'"),
      release_(connection.database(), "UPDATE brake SET paused_at = NULL"),
      forget_all_(connection.database(), "DELETE FROM erasures") {}

bool Brake::paused() {
    Use use(paused_);
    use->executeStep();
    return use.number(0) != 0;
}

BrakeState Brake::look(Timestamp at) {
    Use use(look_);
    use->bind(1, minute_of(at));
    use->executeStep();
    BrakeState state;
    if (!use.is_null(0)) state.paused_since = to_time(use.number(0));
    state.erased_last_hour = use.number(1);
    state.in_hand = use.number(2);
    state.waiting = use.number(3);
    return state;
}

// Of the jobs that wait those that are due count. They have to be looked for, which is only worth it when
// there are enough that wait, for instance in a grace period; and no further than the limit.
bool Brake::must_pause(const BrakeState& state, std::int64_t erasures_per_hour_max, Timestamp at) {
    if (erasures_per_hour_max == 0 || state.paused_since) return false;
    const std::int64_t room = erasures_per_hour_max - state.erased_last_hour - state.in_hand;
    if (room < 0) return true;
    if (state.waiting <= room) return false;
    Use use(due_);
    use->bind(1, to_sql(at));
    use->bind(2, room + 1);
    use->executeStep();
    return use.number(0) > room;
}

void Brake::pause(Timestamp at) {
    Use use(pause_);
    use->bind(1, to_sql(at));
    use->exec();
}

void Brake::count(std::int64_t erasures, Timestamp at) {
    Use count(count_);
    count->bind(1, minute_of(at));
    count->bind(2, erasures);
    count->exec();
    Use forget(forget_);
    forget->bind(1, minute_of(at));
    forget->exec();
}

Brake::Portion Brake::let_through(std::int64_t from_row, std::size_t rows) {
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

void Brake::release() {
    Use release(release_);
    release->exec();
    Use forget(forget_all_);
    forget->exec();
}

}  // namespace gdprd::queue
