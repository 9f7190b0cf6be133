// What a Queue consists of. Opening, storing and looking are in queue.cpp, the workers' side in
// queue_work.cpp.
#pragma once

#include <mutex>

#include "queue/circuit_breaker.h"
#include "queue/directory.h"
#include "queue/job_table.h"
#include "queue/queue.h"
#include "queue/work_signal.h"

namespace gdprd::queue {

// One connection writes, and commits with or without fsync as the call needs. Two writing connections would
// throw away each other's page cache at every change and would wait for each other in SQLite's busy handler,
// which polls; a mutex wakes at once. A second connection only looks, so that status() answers while a commit
// waits for the disk.
class Queue::Implementation {
  public:
    explicit Implementation(const QueueOptions& options);

    void store(std::span<const Arrival> arrivals);
    std::size_t store_new(std::span<const Arrival> arrivals, std::vector<ContactId>* stored_ones);
    std::vector<Job> take(std::size_t max, Timestamp now);
    void apply(std::span<const Outcome> outcomes);
    bool admit(std::size_t erasures, Timestamp at);
    void give_back(std::size_t erasures, Timestamp admitted_at);
    void pause(Timestamp at);
    void wait_for_work(const std::stop_token& stop, Timestamp deadline);
    QueueStatus status(Timestamp at);
    std::vector<Job> list(const JobFilter& filter);
    std::size_t redrive(std::span<const ContactId> contacts);
    bool writable() noexcept;

  private:
    void store_one(const Arrival& arrival);
    void apply_one(const Outcome& outcome);
    std::vector<Job> hand_out(JobTable::Share share, std::size_t max, Timestamp now);
    void tell(const CircuitBreakerState& state);
    void make_running_jobs_ready();
    void check_limit(std::int64_t before);
    std::optional<Timestamp> next_due();

    // Constant after construction.
    const QueueOptions options_;
    const std::filesystem::path file_;
    const DirectoryLock lock_;
    WorkSignal work_;

    // Guarded by writers_.
    std::mutex writers_;
    Connection writer_;
    JobTable jobs_;
    CircuitBreaker circuit_breaker_;
    Turn turn_;
    bool told_paused_ = false;

    // Guarded by readers_.
    std::mutex readers_;
    Connection reader_;
    JobReport report_;
};

}  // namespace gdprd::queue
