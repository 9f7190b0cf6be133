// One batch of jobs from start to record: what a worker does with the jobs it took, given a connection.
//
// Decides what becomes of each job, also when the batch failed. Knows nothing of threads.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
#include "erasure/eraser.h"
#include "health/metrics.h"
#include "queue/job.h"
#include "worker/options.h"

namespace gdprd::worker {

// What the worker has to do after a batch, besides applying the outcomes.
struct BatchResult {
    std::vector<queue::Outcome> outcomes;  // one a job
    std::vector<erasure::Result> results;  // of the jobs whose transaction was committed
    bool connection_lost = false;          // throw the connection away
    bool went_away = false;                // … because it broke, not because the server refused to work
    bool not_begun = false;                // … before anything was asked of it; nobody is to blame
    bool refused_all = false;              // … because every erasure was refused, and nothing else is
    bool schema_is_stale = false;          // read the schema again before the next batch
    std::string why;                       // of these

    // Something of a contact was changed and committed. What is skipped, held or finds nothing says nothing
    // of the server: a full disk takes a transaction that has next to nothing to write.
    bool is_through() const;
};

// Asked when the server refused a contact that it refused before, and nothing else was tried beside it: is it
// that contact's fault?
using IsToBlame = std::function<bool(ContactId)>;

// Shows whether the server takes changes, and changes nothing. Throws DatabaseError when it does not.
void try_a_change(database::Connection& connection, const erasure::Rules& rules);

class Batch {
  public:
    Batch(database::Connection& connection, std::shared_ptr<const erasure::Rules> rules,
          const WorkerOptions& options, health::Metrics& metrics, std::function<bool()> go_on = {},
          erasure::MayCommit may_commit = {}, std::function<void(std::size_t)> rolled_back = {});

    // One transaction for all of them; when it fails for a reason that may lie in one contact, half and half
    // until that one stands alone. Jobs that failed before go alone, and those that the circuit breaker is
    // not for have a transaction of their own, for which `may_commit` is not asked. Without `is_to_blame` it
    // always is the contact's fault. Does not throw.
    BatchResult run(std::span<const queue::Job> jobs, const IsToBlame& is_to_blame = {});

  private:
    void run_together(std::span<const queue::Job> jobs, BatchResult& result);
    // When the connection is gone, or the schema is stale, the rest has to wait.
    void run_or_release(std::span<const queue::Job> jobs, BatchResult& result);
    std::vector<erasure::Result> erase(std::span<const erasure::Request> requests, bool needs_admission);
    // The batch failed: released, waiting or parked. `splittable` jobs are run one by one instead.
    void handle_failure(std::span<const queue::Job> jobs, const std::string& code, bool permanent,
                        BatchResult& result);
    void run_halves(std::span<const queue::Job> jobs, BatchResult& result);
    // Waits with back-off, or is parked when it is out of attempts.
    void count_attempt(const queue::Job& job, const std::string& code, bool permanent, BatchResult& result);
    // Whether the server refuses to work for anybody, and not for these jobs alone.
    bool is_outage(const database::DatabaseError& error);
    struct Refusal {
        std::string code;
        std::string why;
        bool permanent = false;  // again would be the same
    };
    // A job that was refused alone, although the server takes other changes.
    struct Refused {
        queue::Job job;
        Refusal refusal;
    };
    void handle_refusal(std::span<const queue::Job> jobs, const Refusal& refusal, BatchResult& result);
    void judge_refused(const IsToBlame& is_to_blame, BatchResult& result);
    queue::Outcome uncounted(const Refused& refused) const;
    void handle_missing_right(std::span<const queue::Job> jobs, const std::string& code,
                              const database::DatabaseError& error, BatchResult& result);
    static void log_failure(std::span<const queue::Job> jobs, const database::DatabaseError& error);
    bool waits_for_right(const ledger::Finding& finding) const;
    std::optional<Timestamp> due_for_right(const queue::Job& job, const erasure::Result& result) const;
    void release(std::span<const queue::Job> jobs, BatchResult& result);
    queue::Outcome outcome_of(const queue::Job& job, const erasure::Result& result) const;
    queue::Outcome next_pass(queue::Job job, const erasure::Result& result) const;
    void count(const queue::Job& job, const erasure::Result& result);
    void count_held(const queue::Job& job, const erasure::Result& result);
    void report_holds_of_nothing(std::span<const erasure::Result> results) const;

    database::Connection& connection_;
    std::shared_ptr<const erasure::Rules> rules_;
    const WorkerOptions& options_;
    health::Metrics& metrics_;
    const std::function<bool()> go_on_;    // asked between the slices of a contact with very many rows
    const erasure::MayCommit may_commit_;  // when it says no, the jobs are handed back without an attempt
    // How many it had let through that were not committed after all.
    const std::function<void(std::size_t)> rolled_back_;
    std::vector<Refused> refused_;    // to be judged when the others have been tried
    bool tried_with_rights_ = false;  // once more, after a right was missing and was there again
};

}  // namespace gdprd::worker
