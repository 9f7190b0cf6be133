// The contacts of a mass erasure on their way: asked for page by page, in the hands of a worker, put back to
// be tried again, done. What the queue is for the daemon, in memory: an interrupted command is run again and
// finds by itself who is left.
//
// Thread-safe.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <stop_token>
#include <vector>

#include "background/throttle.h"
#include "daemon/command/bulk/mass_totals.h"
#include "database/connection.h"
#include "queue/queue.h"
#include "worker/job_source.h"

namespace gdprd::command {

// The next page of contacts, each contact once in all pages; empty when this page has none, nothing at the
// end. Called by one worker at a time, with that worker's connection, outside of a transaction. When it
// throws DatabaseError it is called again for the same page, perhaps with another connection.
using ContactSource = std::function<std::optional<std::vector<ContactId>>(database::Connection&)>;

class MassList : public worker::JobSource {
  public:
    // The throttle and the queue, which takes the later passes, outlive this object. Without a queue those
    // are left out.
    explicit MassList(ContactSource source, background::Throttle& throttle,
                      queue::QueueFile* queue = nullptr);

    // As fast as the throttle lets it. What the source throws, other than DatabaseError, ends the list.
    std::vector<queue::Job> take(const Caller& caller, std::size_t max) override;
    // Some are put back, and so are those that were not tried.
    void apply(const Caller& caller, std::span<const queue::Job> jobs,
               const worker::BatchResult& result) override;
    void between_transactions(const Caller& caller) override;
    // While the only ones left are in other hands or not due yet.
    void wait_for_work(const std::stop_token& stop) override;
    bool is_over() const override;
    bool is_endless() const override { return false; }
    bool has_failed_jobs() override;

    // No more contacts are handed out, because of a signal or because of `why`; the first reason stays.
    void interrupt();
    void end_early(const std::string& why);
    void remark(const std::string& text);

    MassTotals totals() const;

  private:
    std::vector<queue::Job> take_due(const Caller& caller, std::size_t max);
    void read_page(const Caller& caller, std::size_t max);
    std::vector<queue::Job> due_jobs(std::size_t max);
    void put_back(std::span<const queue::Job> jobs);
    bool wants_more(std::size_t max) const { return !exhausted_ && fresh_.size() < max; }
    bool has_due(Timestamp at) const;
    bool is_through() const { return exhausted_ && fresh_.empty() && again_.empty() && in_hand_ == 0; }
    void leave_later_passes(std::span<const queue::Job> jobs, const worker::BatchResult& result);
    void record_result(const erasure::Result& result);
    void record_outcome(const queue::Job& job, const queue::Outcome& outcome);
    void try_again(queue::Job job, Timestamp at);
    void fail(ContactId contact, const std::string& code);

    const ContactSource source_;
    background::Throttle& throttle_;
    queue::QueueFile* const queue_;
    std::mutex source_mutex_;  // held while a page is read; taken before mutex_
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
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
