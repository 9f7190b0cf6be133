#include <mutex>
#include <string>
#include <system_error>

#include "queue/directory.h"
#include "queue/format.h"
#include "queue/job_table.h"
#include "queue/queue.h"
#include "queue/redrive.h"

namespace gdprd::queue {
namespace {

namespace fs = std::filesystem;

constexpr int cache_kib = 512;

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
        Connection connection(file, cache_kib);
        check_format(connection);
        return connection;
    });
}

}  // namespace

// The daemon need not be told of changes: its workers look at the file once a second.
class QueueFile::Implementation {
  public:
    explicit Implementation(const QueueOptions& options)
        : file(queue_file(options.directory)),
          connection(open_existing(file)),
          jobs(connection),
          report(connection) {}

    fs::path file;
    std::mutex mutex;
    Connection connection;
    JobTable jobs;
    JobReport report;
};

QueueFile::QueueFile(const QueueOptions& options) try
    : implementation_(std::make_unique<Implementation>(options)) {
} catch (const SQLite::Exception& error) {
    throw queue_error(queue_file(options.directory), "open", error);
}

QueueFile::~QueueFile() = default;

QueueStatus QueueFile::status() {
    return with_queue_errors(implementation_->file, "read", [&] {
        const std::lock_guard lock(implementation_->mutex);
        return implementation_->report.status();
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
    Job settling;
    settling.contact = contact;
    settling.state = JobState::settling;
    settling.origin = Origin::command;
    settling.received_at = received_at;
    settling.due_at = due_at;
    settling.pass = pass;
    settling.revision = 1;
    with_queue_errors(implementation_->file, "store", [&] {
        const std::lock_guard lock(implementation_->mutex);
        JobTable& jobs = implementation_->jobs;
        WriteTransaction transaction(implementation_->connection, Durability::power_cut);
        const std::optional<StoredJob> stored = jobs.find(contact);
        const StoredJob left = settled_by_command(stored, settling);
        if (stored) {
            jobs.update(left);
        } else {
            jobs.insert(left);
        }
        transaction.commit();
    });
}

}  // namespace gdprd::queue
