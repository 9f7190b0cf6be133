// Where workers get their jobs from, and who learns what became of them: the durable queue
// (worker/queue_source.h), or the list of a command that erases many contacts at once.
//
// Threads: all members may be called from several workers at once.
#pragma once

#include <cstddef>
#include <span>
#include <stop_token>
#include <vector>

#include "base/clock.h"
#include "database/connection.h"
#include "health/progress.h"
#include "queue/job.h"
#include "worker/batch.h"

namespace gdprd::worker {

class JobSource {
  public:
    // The worker that calls, for as long as the call lasts.
    struct Caller {
        database::Connection& connection;  // outside of a transaction
        const std::stop_token& stop;       // return soon when it is set
        health::Beat& beat;                // busy() shows that a long call gets on
    };

    JobSource() = default;
    virtual ~JobSource() = default;
    JobSource(const JobSource&) = delete;
    JobSource& operator=(const JobSource&) = delete;

    // Up to `max` jobs that are due now, perhaps none. Throws DatabaseError when the connection was needed
    // and failed; no job is lost then.
    virtual std::vector<queue::Job> take(const Caller& caller, std::size_t max) = 0;
    // What became of jobs that were taken. Does not throw.
    virtual void apply(const Caller& caller, std::span<const queue::Job> jobs, const BatchResult& result) = 0;
    // Between two transactions of one job that takes several. Returns soon when a stop is requested. Throws
    // DatabaseError.
    virtual void between_transactions(const Caller& /*caller*/) {}
    // Blocks until a job may be due, for a second or so at most where somebody else may bring one unseen.
    // Does not throw.
    virtual void wait_for_work(const std::stop_token& stop) = 0;
    // Nothing is to be done any more, and nothing will be: the workers end.
    virtual bool is_over() const { return false; }

    // Others will come, and show whether a contact is to blame or the server (worker/outage.h). Without
    // others it always is the contact.
    virtual bool is_endless() const = 0;
    // A job waits because its erasure failed. Asked seldom.
    virtual bool has_failed_jobs() = 0;

    // The circuit breaker: may so many erasures be committed now? Asked within the erasing transaction. What
    // was admitted and rolled back after all is given back with the same time. Does not throw.
    virtual bool admit(std::size_t /*erasures*/, Timestamp /*at*/) { return true; }
    virtual void give_back(std::size_t /*erasures*/, Timestamp /*admitted_at*/) {}
};

}  // namespace gdprd::worker
