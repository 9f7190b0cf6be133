#include <chrono>
#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include "queue/circuit_breaker.h"
#include "queue/directory.h"
#include "queue/format.h"
#include "queue/job_table.h"
#include "queue/queue.h"
#include "queue/redrive.h"

namespace gdprd::queue {
namespace {

namespace fs = std::filesystem;

constexpr int opening_cache_kib = 512;
constexpr std::size_t rows_at_once = 1'000;

void check_format(Connection& connection) {
    SQLite::Database& database = connection.database();
    const fs::path& file = connection.file();
    const auto wanted = static_cast<std::int64_t>(format_steps().size());
    const bool unmade = is_new_file(database, file);
    const std::int64_t version = format_version(database);
    if (!unmade && version == wanted) return;
    throw QueueError(file.string() + ": its format is " + std::to_string(version) + ", this program's is " +
                         std::to_string(wanted),
                     version < wanted ? "Start the daemon once; it brings the file up to date."
                                      : "Use the program that belongs to the running daemon.");
}

Connection open_existing(const fs::path& file) {
    std::error_code error;
    if (!fs::exists(file, error)) {
        throw QueueError(file.string() + ": there is no queue" + (error ? ": " + error.message() : ""),
                         "Start the daemon once, or name the configuration it uses.");
    }
    return with_queue_errors(file, "open", [&] {
        Connection connection(file, opening_cache_kib);
        check_format(connection);
        return connection;
    });
}

Job settling_job(const Settling& settling) {
    Job job;
    job.contact = settling.contact;
    job.state = JobState::settling;
    job.origin = Origin::command;
    job.received_at = settling.received_at;
    job.due_at = settling.due_at;
    job.pass = settling.pass;
    job.revision = 1;
    return job;
}

void store_one(JobTable& jobs, const Job& settling) {
    const std::optional<StoredJob> stored = jobs.find(settling.contact);
    const StoredJob left = settled_by_command(stored, settling);
    if (stored) {
        jobs.update(left);
    } else {
        jobs.insert(left);
    }
}

}  // namespace

// The daemon need not be told of changes: its workers look at the file once a second.
class QueueFile::Implementation {
  public:
    explicit Implementation(const QueueOptions& options)
        : file(queue_file(options.directory)),
          connection(open_existing(file)),
          jobs(connection),
          breaker(connection),
          report(connection) {}

    fs::path file;
    std::mutex mutex;
    Connection connection;
    JobTable jobs;
    CircuitBreaker breaker;
    JobReport report;
};

QueueFile::QueueFile(const QueueOptions& options) try
    : implementation_(std::make_unique<Implementation>(options)) {
} catch (const SQLite::Exception& error) {
    throw queue_error(queue_file(options.directory), "open", error);
}

QueueFile::~QueueFile() = default;

QueueStatus QueueFile::status(Timestamp at) {
    return with_queue_errors(implementation_->file, "read", [&] {
        const std::lock_guard lock(implementation_->mutex);
        return implementation_->report.status(at);
    });
}

std::vector<Job> QueueFile::list(const JobFilter& filter) {
    return with_queue_errors(implementation_->file, "read", [&] {
        const std::lock_guard lock(implementation_->mutex);
        return implementation_->report.list(filter);
    });
}

std::size_t QueueFile::redrive(std::span<const ContactId> contacts) {
    return with_queue_errors(implementation_->file, "redrive", [&] {
        return queue::redrive(implementation_->connection, implementation_->jobs, implementation_->mutex,
                              contacts);
    });
}

void QueueFile::store_settling(ContactId contact, Timestamp received_at, Timestamp due_at, int pass) {
    const Settling settling{contact, received_at, due_at, pass};
    store_settling({&settling, 1});
}

void QueueFile::store_settling(std::span<const Settling> contacts) {
    if (contacts.empty()) return;
    with_queue_errors(implementation_->file, "store", [&] {
        const std::lock_guard lock(implementation_->mutex);
        WriteTransaction transaction(implementation_->connection, Durability::power_cut);
        for (const Settling& contact : contacts) store_one(implementation_->jobs, settling_job(contact));
        transaction.commit();
    });
}

// In portions, because the daemon cannot store webhooks meanwhile; the pause ends with the last one. The
// daemon waits for another process by trying again after some milliseconds, so half of the time is left to
// it.
std::optional<std::size_t> QueueFile::resume() {
    return with_queue_errors(implementation_->file, "resume", [&]() -> std::optional<std::size_t> {
        const std::lock_guard lock(implementation_->mutex);
        CircuitBreaker& breaker = implementation_->breaker;
        if (!breaker.paused()) return std::nullopt;
        std::size_t let_through = 0;
        std::int64_t from_row = CircuitBreaker::first_row;
        for (;;) {
            const auto begin = std::chrono::steady_clock::now();
            WriteTransaction transaction(implementation_->connection, Durability::power_cut);
            const CircuitBreaker::Portion portion = breaker.let_through(from_row, rows_at_once);
            let_through += portion.let_through;
            if (portion.end) breaker.release();
            transaction.commit();
            if (portion.end) return let_through;
            from_row = portion.last_row + 1;
            std::this_thread::sleep_for(std::chrono::steady_clock::now() - begin);
        }
    });
}

}  // namespace gdprd::queue
