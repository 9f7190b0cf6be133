#include "daemon/command/bulk/mass_list.h"

#include <algorithm>
#include <set>

#include "base/error.h"
#include "worker/failure.h"

namespace gdprd::command {

using queue::Job;
using queue::Outcome;

namespace {

// A contact that is given back again and again, because the connection breaks or the schema changes under it.
constexpr int releases_max = 50;
// What every contact fails at is no contact's fault.
constexpr std::uint64_t failures_in_a_row_max = 50;

// A right that is missing does not come by trying again.
bool is_privilege(const std::string& code) { return code.starts_with("privilege"); }

// What the throttle was waited for ends with the scope.
class Turn {
  public:
    explicit Turn(background::Throttle& throttle) : throttle_(throttle) {}
    ~Turn() { throttle_.done(); }
    Turn(const Turn&) = delete;
    Turn& operator=(const Turn&) = delete;

  private:
    background::Throttle& throttle_;
};

Job new_job(ContactId contact) {
    Job job;
    job.contact = contact;
    job.origin = Origin::command;
    job.received_at = now();
    job.due_at = job.received_at;
    return job;
}

}  // namespace

MassList::MassList(ContactSource source, background::Throttle& throttle, queue::QueueFile* queue)
    : source_(std::move(source)), throttle_(throttle), queue_(queue) {}

std::vector<Job> MassList::take(const Caller& caller, std::size_t max) {
    try {
        return take_due(caller, max);
    } catch (const database::DatabaseError&) {
        throw;
    } catch (const std::exception& error) {
        end_early(worker::reason_of(error));
        return {};
    }
}

std::vector<Job> MassList::take_due(const Caller& caller, std::size_t max) {
    std::vector<Job> jobs;
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            if (stopped_) return {};
            jobs = due_jobs(max);
            in_hand_ += jobs.size();
            if (!jobs.empty()) break;
            if (!wants_more(max)) return {};
        }
        read_page(caller, max);
    }
    try {
        throttle_.wait(caller.connection, caller.stop, jobs.size());
    } catch (...) {
        put_back(jobs);
        throw;
    }
    if (!caller.stop.stop_requested()) return jobs;
    throttle_.done();
    put_back(jobs);
    return {};
}

// One page, which may be empty. Signals and the progress bar do not wait for it.
void MassList::read_page(const Caller& caller, std::size_t max) {
    const std::lock_guard reading(source_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (!wants_more(max)) return;  // another worker has just read one
    }
    throttle_.wait(caller.connection, caller.stop);
    const Turn turn(throttle_);
    auto page = source_(caller.connection);
    const std::lock_guard lock(mutex_);
    if (!page) {
        exhausted_ = true;
        changed_.notify_all();
        return;
    }
    std::reverse(page->begin(), page->end());
    page->insert(page->end(), fresh_.begin(), fresh_.end());
    fresh_ = std::move(*page);
}

bool MassList::has_due(Timestamp at) const { return !again_.empty() && again_.begin()->first <= at; }

// Contacts that failed before come first and apart from the others.
std::vector<Job> MassList::due_jobs(std::size_t max) {
    std::vector<Job> jobs;
    const Timestamp at = now();
    while (has_due(at) && jobs.size() < max) {
        jobs.push_back(std::move(again_.begin()->second));
        again_.erase(again_.begin());
    }
    if (!jobs.empty() || wants_more(max)) return jobs;
    while (!fresh_.empty() && jobs.size() < max) {
        jobs.push_back(new_job(fresh_.back()));
        fresh_.pop_back();
    }
    return jobs;
}

void MassList::put_back(std::span<const Job> jobs) {
    const std::lock_guard lock(mutex_);
    for (const Job& job : jobs) try_again(job, now());
    in_hand_ -= jobs.size();
    changed_.notify_all();
}

void MassList::wait_for_work(const std::stop_token& stop) {
    std::unique_lock lock(mutex_);
    const auto is_ready = [this] {
        return stopped_ || is_through() || !exhausted_ || !fresh_.empty() || has_due(now());
    };
    while (!stop.stop_requested() && !is_ready()) {
        if (again_.empty()) {
            changed_.wait(lock, stop, is_ready);
        } else {
            const Timestamp due = again_.begin()->first;  // another thread may take the job meanwhile
            changed_.wait_until(lock, stop, due, is_ready);
        }
    }
}

bool MassList::is_over() const {
    const std::lock_guard lock(mutex_);
    return stopped_ || is_through();
}

bool MassList::has_failed_jobs() {
    const std::lock_guard lock(mutex_);
    return std::any_of(again_.begin(), again_.end(),
                       [](const auto& entry) { return !entry.second.last_error.empty(); });
}

void MassList::apply(const Caller& /*caller*/, std::span<const Job> jobs, const worker::BatchResult& result) {
    throttle_.done();
    leave_later_passes(jobs, result);
    const std::lock_guard lock(mutex_);
    std::map<ContactId, const Job*> by_contact;
    for (const Job& job : jobs) by_contact.emplace(job.contact, &job);
    std::set<ContactId> skipped;
    for (const erasure::Result& one : result.results) {
        record_result(one);
        if (one.verdict != erasure::Verdict::erased) skipped.insert(one.contact);
    }
    for (const Outcome& outcome : result.outcomes) {
        const auto job = by_contact.find(outcome.contact);
        if (job == by_contact.end()) continue;
        if (!skipped.contains(outcome.contact)) record_outcome(*job->second, outcome);
        by_contact.erase(job);
    }
    for (const auto& [contact, job] : by_contact) try_again(*job, now());
    in_hand_ -= jobs.size();
    changed_.notify_all();
}

void MassList::between_transactions(const Caller& caller) { throttle_.wait(caller.connection, caller.stop); }

// The erasures are committed by now; what goes wrong here takes nothing of them back.
void MassList::leave_later_passes(std::span<const Job> jobs, const worker::BatchResult& result) {
    if (queue_ == nullptr) return;
    std::map<ContactId, Timestamp> received;
    for (const Job& job : jobs) received.emplace(job.contact, job.received_at);
    std::vector<queue::Settling> settling;
    for (const Outcome& outcome : result.outcomes) {
        if (outcome.kind != Outcome::Kind::settle || outcome.pass == 0) continue;
        settling.push_back({outcome.contact, received[outcome.contact], outcome.due_at, outcome.pass});
    }
    try {
        queue_->store_settling(settling);
    } catch (const queue::QueueError& error) {
        remark("Some later passes are left out, which find what Mautic still wrote afterwards: " +
               describe(error) + ".\nErase the same contacts again in a day to get them.");
    }
}

void MassList::record_result(const erasure::Result& result) {
    failures_in_a_row_ = 0;
    if (result.verdict != erasure::Verdict::erased) {
        ++totals_.skipped[result.verdict];
        return;
    }
    totals_.rows_changed += result.counts.rows_changed;
    totals_.rows_deleted += result.counts.rows_deleted;
    totals_.files_removed += result.files.files;
    ++totals_.erased[result.status];
    for (const auto& finding : result.findings) {
        totals_.cells_left[{finding.table, finding.column}] += finding.cells;
    }
}

void MassList::record_outcome(const Job& job, const Outcome& outcome) {
    switch (outcome.kind) {
        case Outcome::Kind::released:
            if (++releases_[job.contact] > releases_max) return fail(job.contact, "given back too often");
            return try_again(job, now());
        case Outcome::Kind::wait: {
            if (is_privilege(outcome.error)) return fail(job.contact, outcome.error);
            const bool is_counted = outcome.attempts > job.attempts;
            if (!is_counted && ++releases_[job.contact] > releases_max) {
                return fail(job.contact, outcome.error);
            }
            Job next = job;
            next.attempts = outcome.attempts;
            next.last_error = outcome.error;
            return try_again(std::move(next), outcome.due_at);
        }
        case Outcome::Kind::park:
            return fail(job.contact, outcome.error);
        case Outcome::Kind::finished:
        case Outcome::Kind::settle:
            return;
    }
}

void MassList::try_again(Job job, Timestamp at) {
    job.due_at = at;
    again_.emplace(at, std::move(job));
}

void MassList::fail(ContactId contact, const std::string& code) {
    ++totals_.failed;
    if (totals_.failures.size() < MassTotals::failures_max) totals_.failures.push_back({contact, code});
    if (++failures_in_a_row_ < failures_in_a_row_max || !totals_.ended_early.empty()) return;
    totals_.ended_early = std::to_string(failures_in_a_row_) + " contacts in a row failed";
    stopped_ = true;
}

void MassList::interrupt() {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (totals_.ended_early.empty()) totals_.interrupted = true;
    changed_.notify_all();
}

void MassList::end_early(const std::string& why) {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    if (totals_.ended_early.empty() && !totals_.interrupted) totals_.ended_early = why;
    changed_.notify_all();
}

void MassList::remark(const std::string& text) {
    const std::lock_guard lock(mutex_);
    totals_.remark = text;
}

// Interrupted after the last contact is not interrupted.
MassTotals MassList::totals() const {
    const std::lock_guard lock(mutex_);
    MassTotals totals = totals_;
    if (is_through()) totals.interrupted = false;
    return totals;
}

}  // namespace gdprd::command
