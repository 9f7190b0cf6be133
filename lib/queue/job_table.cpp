#include "queue/job_table.h"

#include <array>
#include <limits>
#include <string>

#include "queue/statement_use.h"

namespace gdprd::queue {
namespace {

#define GDPRD_JOB_COLUMNS                                                                 \
    "contact, state, origin, received_at, due_at, attempts, pass, revision, last_error, " \
    "next_received_at, next_origin, let_through"

// SQLite's CHECKs admit no other word, so another one means a damaged file.
template <class Names>
auto value_named(const Names& names, const std::string& name) {
    if (const auto value = names.value_of(name)) return *value;
    throw QueueError("queue.db: unknown word '" + name + "'",
                     "The file is damaged; move it away and keep it.");
}

StoredJob read_job(Use& row) {
    StoredJob stored;
    Job& job = stored.job;
    job.contact = to_contact(row.number(0));
    job.state = value_named(job_state_names, row.text(1));
    job.origin = value_named(origin_names, row.text(2));
    job.received_at = to_time(row.number(3));
    job.due_at = to_time(row.number(4));
    job.attempts = static_cast<int>(row.number(5));
    job.pass = static_cast<int>(row.number(6));
    job.revision = row.number(7);
    job.last_error = row.text(8);
    if (!row.is_null(9)) {
        stored.next = Arrival{job.contact, value_named(origin_names, row.text(10)), to_time(row.number(9))};
    }
    stored.let_through = row.number(11) != 0;
    return stored;
}

void bind_job(Use& use, const StoredJob& stored) {
    const Job& job = stored.job;
    use->bind(1, to_sql(job.contact));
    use->bindNoCopy(2, name_of(job.state));
    use->bindNoCopy(3, name_of(job.origin));
    use->bind(4, to_sql(job.received_at));
    use->bind(5, to_sql(job.due_at));
    use->bind(6, job.attempts);
    use->bind(7, job.pass);
    use->bind(8, job.revision);
    use->bindNoCopy(9, job.last_error);
    if (stored.next) {
        use->bind(10, to_sql(stored.next->received_at));
        use->bindNoCopy(11, name_of(stored.next->origin));
    } else {
        use->bind(10);
        use->bind(11);
    }
    use->bind(12, stored.let_through ? 1 : 0);
}

}  // namespace

JobTable::JobTable(Connection& connection)
    : find_(connection.database(), "SELECT " GDPRD_JOB_COLUMNS " FROM jobs WHERE contact = ?"),
      insert_(connection.database(), "INSERT INTO jobs (" GDPRD_JOB_COLUMNS
                                     ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "
                                     "ON CONFLICT (contact) DO NOTHING"),
      update_(
          connection.database(),
          "UPDATE jobs SET state = ?2, origin = ?3, received_at = ?4, due_at = ?5, attempts = ?6, pass = ?7, "
          "revision = ?8, last_error = ?9, next_received_at = ?10, next_origin = ?11, let_through = ?12 "
          "WHERE contact = ?1"),
      remove_(connection.database(), "DELETE FROM jobs WHERE contact = ?"),
      mark_running_(connection.database(), "UPDATE jobs SET state = 'running' WHERE contact = ?"),
      due_(connection.database(),
           "SELECT contact, due_at FROM jobs INDEXED BY jobs_by_turn WHERE state = ? AND due_at <= ? "
           "ORDER BY due_at, contact LIMIT ?"),
      due_exempt_(connection.database(),
                  "SELECT contact, due_at FROM jobs INDEXED BY jobs_beside_brake "
                  "WHERE braked = 0 AND (state = 'ready' OR state = 'waiting') "
                  "AND state = ? AND due_at <= ? ORDER BY due_at, contact LIMIT ?"),
      running_(connection.database(), "SELECT contact FROM jobs WHERE state = 'running'"),
      total_(connection.database(), "SELECT sum(jobs) FROM counts"),
      count_(connection.database(), "SELECT sum(jobs) FROM counts WHERE state = ?"),
      redrive_(connection.database(),
               "UPDATE jobs SET state = 'ready', due_at = received_at, attempts = 0, last_error = '', "
               "let_through = 1 "
               "WHERE contact = ? AND state = 'parked'"),
      redrive_parked_(connection.database(),
                      "UPDATE jobs SET state = 'ready', due_at = received_at, attempts = 0, last_error = '', "
                      "let_through = 1 "
                      "WHERE contact IN (SELECT contact FROM jobs WHERE state = 'parked' LIMIT ?)") {}

std::optional<StoredJob> JobTable::find(ContactId contact) {
    Use use(find_);
    use->bind(1, to_sql(contact));
    if (!use->executeStep()) return std::nullopt;
    return read_job(use);
}

bool JobTable::insert(const StoredJob& stored) {
    Use use(insert_);
    bind_job(use, stored);
    return use->exec() == 1;
}

void JobTable::update(const StoredJob& stored) {
    Use use(update_);
    bind_job(use, stored);
    use->exec();
}

void JobTable::remove(ContactId contact) {
    Use use(remove_);
    use->bind(1, to_sql(contact));
    use->exec();
}

void JobTable::mark_running(ContactId contact) {
    Use use(mark_running_);
    use->bind(1, to_sql(contact));
    use->exec();
}

std::vector<Candidate> JobTable::due(JobState state, Share share, std::size_t max, Timestamp now) {
    // Every settling job is a later pass, and not in the index of the few.
    const bool all = share == Share::all || state == JobState::settling;
    Use use(all ? due_ : due_exempt_);
    use->bindNoCopy(1, name_of(state));
    use->bind(2, state == JobState::ready ? std::numeric_limits<std::int64_t>::max() : to_sql(now));
    use->bind(3, static_cast<std::int64_t>(max));
    std::vector<Candidate> found;
    while (use->executeStep()) found.push_back({to_contact(use.number(0)), to_time(use.number(1))});
    return found;
}

std::vector<ContactId> JobTable::running() {
    Use use(running_);
    std::vector<ContactId> found;
    while (use->executeStep()) found.push_back(to_contact(use.number(0)));
    return found;
}

std::int64_t JobTable::total() {
    Use use(total_);
    use->executeStep();
    return use.number(0);
}

std::int64_t JobTable::count(JobState state) {
    Use use(count_);
    use->bindNoCopy(1, name_of(state));
    use->executeStep();
    return use.number(0);
}

bool JobTable::redrive(ContactId contact) {
    Use use(redrive_);
    use->bind(1, to_sql(contact));
    return use->exec() == 1;
}

std::size_t JobTable::redrive_parked(std::size_t max) {
    Use use(redrive_parked_);
    use->bind(1, static_cast<std::int64_t>(max));
    return static_cast<std::size_t>(use->exec());
}

JobReport::JobReport(Connection& connection)
    : connection_(connection),
      circuit_breaker_(connection),
      counts_(connection.database(), "SELECT state, sum(jobs) FROM counts GROUP BY state"),
      oldest_(connection.database(),
              "SELECT received_at FROM jobs INDEXED BY jobs_by_request "
              "WHERE pass = 0 AND state <> 'settling' AND state <> 'parked' "
              // Waits because the database said so (a grace period, a hold), which may last for months.
              "AND (state <> 'waiting' OR last_error <> '' OR due_at <= ?) ORDER BY received_at LIMIT 1"),
      list_(connection.database(),
            "SELECT " GDPRD_JOB_COLUMNS " FROM jobs INDEXED BY jobs_by_turn ORDER BY state, due_at LIMIT ?"),
      list_state_(connection.database(),
                  "SELECT " GDPRD_JOB_COLUMNS
                  " FROM jobs INDEXED BY jobs_by_turn WHERE state = ?2 ORDER BY due_at LIMIT ?1"),
      next_due_(connection.database(),
                "SELECT EXISTS (SELECT 1 FROM jobs WHERE state = 'ready'), "
                "(SELECT min(due_at) FROM jobs WHERE state = 'waiting'), "
                "(SELECT min(due_at) FROM jobs WHERE state = 'settling')"),
      next_due_exempt_(connection.database(),
                       "SELECT EXISTS (SELECT 1 FROM jobs INDEXED BY jobs_beside_brake WHERE braked = 0 "
                       "AND (state = 'ready' OR state = 'waiting') AND state = 'ready'), "
                       "(SELECT min(due_at) FROM jobs INDEXED BY jobs_beside_brake WHERE braked = 0 "
                       "AND (state = 'ready' OR state = 'waiting') AND state = 'waiting'), "
                       "(SELECT min(due_at) FROM jobs WHERE state = 'settling')") {}

QueueStatus JobReport::status(Timestamp at) {
    QueueStatus status;
    for (const auto& [state, name] : job_state_names) status.jobs[state] = 0;
    Use counts(counts_);
    while (counts->executeStep())
        status.jobs[value_named(job_state_names, counts.text(0))] = counts.number(1);
    Use oldest(oldest_);
    oldest->bind(1, to_sql(at));
    if (oldest->executeStep()) status.oldest_received_at = to_time(oldest.number(0));
    const CircuitBreakerState breaker = circuit_breaker_.look(at);
    status.paused_since = breaker.paused_since;
    status.erased_last_hour = breaker.erased_last_hour;
    status.held_back = breaker.held_back;

    std::error_code missing;  // the WAL is not there before the first commit
    for (const char* ending : {"", "-wal"}) {
        const auto bytes = std::filesystem::file_size(connection_.file().string() + ending, missing);
        if (!missing) status.file_bytes += static_cast<std::int64_t>(bytes);
    }
    status.format_version = connection_.database().execAndGet("PRAGMA user_version").getInt64();
    return status;
}

std::vector<Job> JobReport::list(const JobFilter& filter) {
    Use use(filter.state ? list_state_ : list_);
    use->bind(1, static_cast<std::int64_t>(filter.limit));
    if (filter.state) use->bindNoCopy(2, name_of(*filter.state));
    std::vector<Job> jobs;
    while (use->executeStep()) jobs.push_back(read_job(use).job);
    return jobs;
}

std::optional<Timestamp> JobReport::next_due() {
    Use use(circuit_breaker_.paused() ? next_due_exempt_ : next_due_);
    use->executeStep();
    if (use.number(0) != 0) return Timestamp{};
    std::optional<Timestamp> next;
    for (const int column : {1, 2}) {
        if (use.is_null(column)) continue;
        const Timestamp due = to_time(use.number(column));
        if (!next || due < *next) next = due;
    }
    return next;
}

}  // namespace gdprd::queue
