// The contacts of a mass erasure on their way: asked for page by page, in the hands of a worker, put back to
// be tried again, done. What the queue is for the daemon, in memory: an interrupted command is run again and
// finds by itself who is left.
//
// Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "daemon/command/bulk/mass_totals.h"
#include "database/connection.h"
#include "queue/job.h"
#include "worker/batch.h"

namespace gdprd::command {

// The next page of contacts, each contact once in all pages; empty when this page has none, nothing at the
// end. Called by one worker at a time, with that worker's connection, outside of a transaction. When it
// throws DatabaseError it is called again for the same page, perhaps with another connection.
using ContactSource = std::function<std::optional<std::vector<ContactId>>(database::Connection&)>;

class MassList {
  public:
    explicit MassList(ContactSource source);

    // Up to `max` contacts to be erased now. Waits while the only ones left are in other hands or not due
    // yet; empty when there are none any more, or after stop(). Throws what the source throws.
    std::vector<queue::Job> take(database::Connection& connection, std::size_t max);

    // What became of contacts that were taken; some are put back, and so are those that were not tried.
    void record(std::span<const queue::Job> jobs, const worker::BatchResult& result);

    // No more contacts are handed out, because of a signal or because of `why`; the first reason stays.
    void interrupt();
    void end_early(const std::string& why);
    void remark(const std::string& text);

    MassTotals totals() const;

  private:
    void refill(database::Connection& connection, std::size_t max);
    bool wants_more(std::size_t max) const { return !exhausted_ && fresh_.size() < max; }
    std::vector<queue::Job> take_due(std::size_t max);
    bool through() const { return exhausted_ && fresh_.empty() && again_.empty(); }
    void record_result(const erasure::Result& result);
    void record_outcome(const queue::Job& job, const queue::Outcome& outcome);
    void try_again(queue::Job job, Timestamp at);
    void fail(ContactId contact, const std::string& code);

    const ContactSource source_;
    std::mutex source_mutex_;  // held while a page is read; taken before mutex_
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    // Protected by mutex_.
    std::vector<ContactId> fresh_;  // the next one is the last
    bool exhausted_ = false;        // the source has no more
    bool stopped_ = false;
    std::multimap<Timestamp, queue::Job> again_;  // by when
    std::map<ContactId, int> releases_;           // of contacts given back without an attempt
    std::size_t in_hand_ = 0;
    std::uint64_t failures_in_a_row_ = 0;
    MassTotals totals_;
};

}  // namespace gdprd::command
