#include "queue/queue.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/fault.h"
#include "queue/format.h"
#include "queue/queue_implementation.h"
#include "queue/redrive.h"

namespace gdprd::queue {
namespace {

namespace fs = std::filesystem;

constexpr int writer_cache_kib = 2'048;
constexpr int reader_cache_kib = 512;

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

}  // namespace

// Preparing a statement can meet a damaged schema, hence the errors are translated here as well.
Queue::Implementation::Implementation(const QueueOptions& options) try
    : options_(options),
      file_(queue_file(options.directory)),
      lock_(lock_directory(options.directory)),
      writer_(open_file(file_)),
      jobs_(writer_),
      circuit_breaker_(writer_),
      reader_(file_, reader_cache_kib),
      report_(reader_) {
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
        const std::lock_guard lock(writers_);
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
std::size_t Queue::Implementation::store_new(std::span<const Arrival> arrivals,
                                             std::vector<ContactId>* stored_ones) {
    const auto stored = with_queue_errors(file_, "store", [&] {
        const std::lock_guard lock(writers_);
        WriteTransaction transaction(writer_, Durability::power_cut);
        const std::int64_t before = jobs_.total();
        std::vector<ContactId> contacts;
        for (const Arrival& arrival : arrivals) {
            if (jobs_.insert(first_job(arrival))) contacts.push_back(arrival.contact);
        }
        check_limit(before);
        if (!contacts.empty()) transaction.commit();
        return contacts;
    });
    if (!stored.empty()) work_.changed();
    if (stored_ones != nullptr) stored_ones->insert(stored_ones->end(), stored.begin(), stored.end());
    return stored.size();
}

// Requests that merge into jobs are welcome even when the queue is full.
void Queue::Implementation::check_limit(std::int64_t before) {
    const std::int64_t total = jobs_.total();
    if (total <= options_.jobs_max || total == before) return;
    throw QueueError(file_.string() + ": full, " + std::to_string(before) + " jobs of at most " +
                         std::to_string(options_.jobs_max),
                     "Find out why no jobs are finished, or raise the limit.");
}

QueueStatus Queue::Implementation::status(Timestamp at) {
    return with_queue_errors(file_, "read", [&] {
        const std::lock_guard lock(readers_);
        return report_.status(at);
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
        const std::lock_guard lock(writers_);
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
std::size_t Queue::store_new(std::span<const Arrival> arrivals, std::vector<ContactId>* stored) {
    return implementation_->store_new(arrivals, stored);
}
std::vector<Job> Queue::take(std::size_t max, Timestamp now) { return implementation_->take(max, now); }
void Queue::apply(std::span<const Outcome> outcomes) { implementation_->apply(outcomes); }
bool Queue::admit(std::size_t erasures, Timestamp at) { return implementation_->admit(erasures, at); }
void Queue::give_back(std::size_t erasures, Timestamp admitted_at) {
    implementation_->give_back(erasures, admitted_at);
}
void Queue::pause(Timestamp at) { implementation_->pause(at); }
void Queue::wait_for_work(std::stop_token stop, Timestamp deadline) {
    implementation_->wait_for_work(stop, deadline);
}
QueueStatus Queue::status(Timestamp at) { return implementation_->status(at); }
std::vector<Job> Queue::list(const JobFilter& filter) { return implementation_->list(filter); }
std::size_t Queue::redrive(std::span<const ContactId> contacts) { return implementation_->redrive(contacts); }
bool Queue::writable() noexcept { return implementation_->writable(); }

}  // namespace gdprd::queue
