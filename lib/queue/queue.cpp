#include "queue/queue.h"

#include <algorithm>
#include <mutex>
#include <string>
#include <utility>

#include "base/fault.h"
#include "queue/checkpointer.h"
#include "queue/directory.h"
#include "queue/format.h"
#include "queue/job_table.h"
#include "queue/redrive.h"
#include "queue/work_signal.h"

namespace gdprd::queue {
namespace {

namespace fs = std::filesystem;

constexpr int writer_cache_kib = 2'048;
constexpr int reader_cache_kib = 512;
constexpr std::size_t error_bytes_max = 200;
constexpr Milliseconds look_at_least_every{1'000};

// The directory, then its lock, then the file: nothing is touched that another daemon uses.
DirectoryLock lock_directory(const fs::path& directory) {
    make_directory(directory);
    return DirectoryLock(directory);
}

Connection open_file(const fs::path& file) {
    make_file(file);
    return with_queue_errors(file, "open", [&] {
        Connection connection(file, writer_cache_kib);
        SQLite::Database& database = connection.database();
        is_new_file(database, file);  // refuses a foreign file before anything is written
        const std::string mode = database.execAndGet("PRAGMA journal_mode = WAL").getString();
        if (mode != "wal") {
            throw QueueError(file.string() + ": the file system cannot hold a WAL, journal mode is " + mode,
                             "Put the state directory on a local file system.");
        }
        migrate(database, file, format_steps());
        return connection;
    });
}

// Promise 6: the queue holds codes, never a text that may quote a field value.
void check_errors(std::span<const Outcome> outcomes) {
    for (const Outcome& outcome : outcomes) {
        if (outcome.error.size() > error_bytes_max || outcome.error.find('@') != std::string::npos) {
            throw QueueError("apply: the error of contact " + std::to_string(outcome.contact) +
                             " is no code; nothing of this call was applied");
        }
    }
}

}  // namespace

// One connection writes, and commits with or without fsync as the call needs. Two writing connections would
// throw away each other's page cache at every change and would wait for each other in SQLite's busy handler,
// which polls; a mutex wakes at once. A second connection only looks, so that status() answers while a commit
// waits for the disk.
class Queue::Implementation {
  public:
    explicit Implementation(const QueueOptions& options);

    void store(std::span<const Arrival> arrivals);
    std::size_t store_new(std::span<const Arrival> arrivals);
    std::vector<Job> take(std::size_t max, Timestamp now);
    void apply(std::span<const Outcome> outcomes);
    void wait_for_work(const std::stop_token& stop, Timestamp deadline);
    QueueStatus status();
    std::vector<Job> list(const JobFilter& filter);
    std::size_t redrive(std::span<const ContactId> contacts);
    bool writable() noexcept;

  private:
    void store_one(const Arrival& arrival);
    void apply_one(const Outcome& outcome);
    void make_running_jobs_ready();
    void check_limit(std::int64_t before);
    std::optional<Timestamp> next_due();

    // Constant after construction.
    const QueueOptions options_;
    const fs::path file_;
    const DirectoryLock lock_;
    WorkSignal work_;

    // Guarded by writers_.
    std::mutex writers_;
    Connection writer_;
    JobTable jobs_;
    Turn turn_;

    // Guarded by readers_.
    std::mutex readers_;
    Connection reader_;
    JobReport report_;

    Checkpointer checkpointer_;
};

// Preparing a statement can meet a damaged schema, hence the errors are translated here as well.
Queue::Implementation::Implementation(const QueueOptions& options) try
    : options_(options),
      file_(queue_file(options.directory)),
      lock_(lock_directory(options.directory)),
      writer_(open_file(file_)),
      jobs_(writer_),
      reader_(file_, reader_cache_kib),
      report_(reader_),
      checkpointer_(writer_, writers_) {
    make_running_jobs_ready();
} catch (const SQLite::Exception& error) {
    throw queue_error(queue_file(options.directory), "open", error);
}

// Whoever ran them is gone: the lock says that this is the only daemon.
void Queue::Implementation::make_running_jobs_ready() {
    WriteTransaction transaction(writer_, Durability::kill_only);
    for (const ContactId contact : jobs_.running()) {
        std::optional<StoredJob> stored = jobs_.find(contact);
        if (!stored) continue;
        Outcome released;
        released.kind = Outcome::Kind::released;
        released.contact = contact;
        // The revision as it was taken is not known any more; any other one makes a newer request count.
        released.revision = 0;
        jobs_.update(*after(*std::move(stored), released));
    }
    transaction.commit();
}

void Queue::Implementation::store(std::span<const Arrival> arrivals) {
    if (arrivals.empty()) return;
    with_queue_errors(file_, "store", [&] {
        const std::unique_lock lock = checkpointer_.lock_writers();
        WriteTransaction transaction(writer_, Durability::power_cut);
        const std::int64_t before = jobs_.total();
        for (const Arrival& arrival : arrivals) store_one(arrival);
        check_limit(before);
        fault::point("queue-before-store");
        transaction.commit();
        fault::point("queue-after-store");
    });
    work_.changed();
}

void Queue::Implementation::store_one(const Arrival& arrival) {
    if (jobs_.insert(first_job(arrival))) return;
    jobs_.update(merged(jobs_.find(arrival.contact).value(), arrival));
}

// A look that finds nothing new commits nothing and waits for no disk.
std::size_t Queue::Implementation::store_new(std::span<const Arrival> arrivals) {
    const auto stored = with_queue_errors(file_, "store", [&] {
        const std::unique_lock lock = checkpointer_.lock_writers();
        WriteTransaction transaction(writer_, Durability::power_cut);
        const std::int64_t before = jobs_.total();
        const auto count =
            std::ranges::count_if(arrivals, [&](const Arrival& a) { return jobs_.insert(first_job(a)); });
        check_limit(before);
        if (count > 0) transaction.commit();
        return count;
    });
    if (stored > 0) work_.changed();
    return static_cast<std::size_t>(stored);
}

// Requests that merge into jobs are welcome even when the queue is full.
void Queue::Implementation::check_limit(std::int64_t before) {
    const std::int64_t total = jobs_.total();
    if (total <= options_.jobs_max || total == before) return;
    throw QueueError(file_.string() + ": full, " + std::to_string(before) + " jobs of at most " +
                         std::to_string(options_.jobs_max),
                     "Find out why no jobs are finished, or raise the limit.");
}

std::vector<Job> Queue::Implementation::take(std::size_t max, Timestamp now) {
    return with_queue_errors(file_, "take", [&] {
        const std::unique_lock lock = checkpointer_.lock_writers();
        WriteTransaction transaction(writer_, Durability::kill_only);
        const std::vector<Candidate> requests =
            merged_by_time(jobs_.due(JobState::ready, max, now), jobs_.due(JobState::waiting, max, now));
        const std::vector<Candidate> later_passes = jobs_.due(JobState::settling, max, now);
        std::vector<Job> taken;
        for (const Candidate& candidate : turn_.choose(requests, later_passes, max)) {
            jobs_.mark_running(candidate.contact);
            taken.push_back(jobs_.find(candidate.contact).value().job);
        }
        if (!taken.empty()) transaction.commit();
        return taken;
    });
}

void Queue::Implementation::apply(std::span<const Outcome> outcomes) {
    if (outcomes.empty()) return;
    check_errors(outcomes);
    with_queue_errors(file_, "apply", [&] {
        const std::unique_lock lock = checkpointer_.lock_writers();
        WriteTransaction transaction(writer_, Durability::kill_only);
        for (const Outcome& outcome : outcomes) apply_one(outcome);
        fault::point("queue-before-apply");
        transaction.commit();
    });
    work_.changed();
}

void Queue::Implementation::apply_one(const Outcome& outcome) {
    std::optional<StoredJob> stored = jobs_.find(outcome.contact);
    if (!stored || stored->job.state != JobState::running) return;
    if (const std::optional<StoredJob> changed = after(*std::move(stored), outcome)) {
        jobs_.update(*changed);
    } else {
        jobs_.remove(outcome.contact);
    }
}

std::optional<Timestamp> Queue::Implementation::next_due() {
    return with_queue_errors(file_, "look for work", [&] {
        const std::lock_guard lock(readers_);
        return report_.next_due();
    });
}

// The look once a second is three index seeks in cached pages: as cheap as PRAGMA data_version, and it
// answers the question itself. It also bounds what a jump of the clock can do.
void Queue::Implementation::wait_for_work(const std::stop_token& stop, Timestamp deadline) {
    while (!stop.stop_requested()) {
        const std::uint64_t moment = work_.moment();
        const std::optional<Timestamp> due = next_due();
        const Timestamp time = now();
        if (time >= deadline || (due && *due <= time)) return;
        Milliseconds longest = std::min(look_at_least_every, deadline - time);
        if (due) longest = std::min(longest, *due - time);
        work_.wait(stop, moment, longest);
    }
}

QueueStatus Queue::Implementation::status() {
    return with_queue_errors(file_, "read", [&] {
        const std::lock_guard lock(readers_);
        return report_.status();
    });
}

std::vector<Job> Queue::Implementation::list(const JobFilter& filter) {
    return with_queue_errors(file_, "read", [&] {
        const std::lock_guard lock(readers_);
        return report_.list(filter);
    });
}

std::size_t Queue::Implementation::redrive(std::span<const ContactId> contacts) {
    const std::size_t redriven = with_queue_errors(
        file_, "redrive", [&] { return queue::redrive(writer_, jobs_, writers_, contacts); });
    work_.changed();
    return redriven;
}

// A real commit and not a look at the free space: quotas, read-only remounts and broken disks show as well.
// Writing the version number again is the smallest write there is.
bool Queue::Implementation::writable() noexcept {
    try {
        const std::unique_lock lock = checkpointer_.lock_writers();
        WriteTransaction transaction(writer_, Durability::kill_only);
        writer_.database().exec("PRAGMA user_version = " + std::to_string(format_steps().size()));
        transaction.commit();
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

Queue::Queue(const QueueOptions& options) : implementation_(std::make_unique<Implementation>(options)) {}
Queue::~Queue() = default;
void Queue::store(std::span<const Arrival> arrivals) { implementation_->store(arrivals); }
std::size_t Queue::store_new(std::span<const Arrival> arrivals) {
    return implementation_->store_new(arrivals);
}
std::vector<Job> Queue::take(std::size_t max, Timestamp now) { return implementation_->take(max, now); }
void Queue::apply(std::span<const Outcome> outcomes) { implementation_->apply(outcomes); }
void Queue::wait_for_work(std::stop_token stop, Timestamp deadline) {
    implementation_->wait_for_work(stop, deadline);
}
QueueStatus Queue::status() { return implementation_->status(); }
std::vector<Job> Queue::list(const JobFilter& filter) { return implementation_->list(filter); }
std::size_t Queue::redrive(std::span<const ContactId> contacts) { return implementation_->redrive(contacts); }
bool Queue::writable() noexcept { return implementation_->writable(); }

}  // namespace gdprd::queue
