// The SQL of the queue: the statements that change jobs, and those that only look. See format.cpp for the
// table. Neither class locks or opens a transaction; whoever uses them does.
#pragma once

#include <SQLiteCpp/Statement.h>

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

#include "queue/circuit_breaker.h"
#include "queue/connection.h"
#include "queue/transition.h"
#include "queue/turn.h"

namespace gdprd::queue {

// The statements that change jobs. For use inside a WriteTransaction.
class JobTable {
  public:
    explicit JobTable(Connection& connection);

    std::optional<StoredJob> find(ContactId contact);
    // False, and nothing is changed, when the contact has a job.
    bool insert(const StoredJob& stored);
    void update(const StoredJob& stored);
    void remove(ContactId contact);
    void mark_running(ContactId contact);

    enum class Share { all, exempt };  // the latter: what a pause leaves alone
    // Jobs of that state that are due, first in line first. A ready job is always due.
    std::vector<Candidate> due(JobState state, Share share, std::size_t max, Timestamp now);
    std::vector<ContactId> running();
    std::int64_t total();
    std::int64_t count(JobState state);

    bool redrive(ContactId contact);
    std::size_t redrive_parked(std::size_t max);

  private:
    SQLite::Statement find_, insert_, update_, remove_, mark_running_, due_, due_exempt_, running_, total_,
        count_;
    SQLite::Statement redrive_, redrive_parked_;
};

// The statements that look. For a connection of their own, so that looking never waits for a commit.
class JobReport {
  public:
    explicit JobReport(Connection& connection);

    QueueStatus status(Timestamp at);
    // By state (parked first), then by turn.
    std::vector<Job> list(const JobFilter& filter);
    // When the next job is due; the beginning of time when one is ready, nothing when none will ever be.
    // While erasing is paused only of those that a pause leaves alone.
    std::optional<Timestamp> next_due();

  private:
    Connection& connection_;
    CircuitBreaker circuit_breaker_;
    SQLite::Statement counts_, oldest_, list_, list_state_, next_due_, next_due_exempt_;
};

}  // namespace gdprd::queue
