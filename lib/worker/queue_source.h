// The durable queue as the workers' source of jobs. A queue that cannot be read or written is logged and
// asked again.
//
// Threads: any. Errors: none; what a batch did is in the database, and the queue is told until it learns of
// it.
#pragma once

#include <atomic>

#include "health/metrics.h"
#include "queue/queue.h"
#include "worker/job_source.h"

namespace gdprd::worker {

class QueueSource : public JobSource {
  public:
    // Both outlive this object.
    QueueSource(queue::Queue& queue, health::Metrics& metrics) : queue_(queue), metrics_(metrics) {}

    std::vector<queue::Job> take(const Caller& caller, std::size_t max) override;
    void apply(const Caller& caller, std::span<const queue::Job> jobs, const BatchResult& result) override;
    void wait_for_work(const std::stop_token& stop) override;
    bool is_endless() const override { return true; }
    bool has_failed_jobs() override;
    bool admit(std::size_t erasures, Timestamp at) override;
    void give_back(std::size_t erasures, Timestamp admitted_at) override;

  private:
    queue::Queue& queue_;
    health::Metrics& metrics_;
    std::atomic<bool> admission_failed_ = false;  // since jobs were last taken
};

}  // namespace gdprd::worker
