// One thread of a mass erasure: a connection, the contacts in hand, and what to do when something is in the
// way.
#pragma once

#include <optional>
#include <stop_token>

#include "background/throttle.h"
#include "daemon/assembly.h"
#include "daemon/command/bulk/mass_list.h"
#include "health/metrics.h"
#include "queue/queue.h"
#include "worker/batch_size.h"
#include "worker/plan_cache.h"

namespace gdprd::command {

// What the workers of one mass erasure share; all of it outlives them.
struct MassParts {
    const daemon::Assembly& assembly;
    const worker::WorkerOptions& options;
    MassList& list;
    worker::PlanCache& rules;
    background::Throttle& throttle;
    health::Metrics& metrics;
    queue::QueueFile* queue;  // takes the later passes; none: they are left out
};

class MassWorker {
  public:
    explicit MassWorker(const MassParts& parts)
        : parts_(parts), batch_size_(parts.options.batch_max, parts.options.transaction_time) {}

    // Until the list is empty. Does not throw: what ends it early is told to the list.
    void run(const std::stop_token& stop);

  private:
    void work(const std::stop_token& stop);
    bool connect(const std::stop_token& stop);
    // Takes, erases and records one batch; false when there is nothing more to do.
    bool erase_next(const std::stop_token& stop);
    // What has to happen before another attempt at something that failed with this.
    void recover(const database::DatabaseError& error, const std::stop_token& stop);
    void wait_after_failure(const std::string& why, const std::stop_token& stop);
    void renew_rules(bool schema_is_stale);
    void leave_later_passes(std::span<const queue::Job> jobs, const worker::BatchResult& result);

    const MassParts& parts_;
    std::optional<database::Connection> connection_;
    std::shared_ptr<const erasure::Rules> rules_;
    worker::BatchSize batch_size_;
    int failures_ = 0;  // in a row, of what is not a contact's
};

}  // namespace gdprd::command
