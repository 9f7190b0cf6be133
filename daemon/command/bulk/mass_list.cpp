#include "daemon/command/bulk/mass_list.h"

#include <algorithm>
#include <set>

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

Job new_job(ContactId contact) {
    Job job;
    job.contact = contact;
    job.origin = Origin::command;
    job.received_at = now();
    job.due_at = job.received_at;
    return job;
}

}  // namespace

MassList::MassList(ContactSource source) : source_(std::move(source)) {}

std::vector<Job> MassList::take(database::Connection& connection, std::size_t max) {
    std::unique_lock lock(mutex_);
    while (!stopped_) {
        std::vector<Job> jobs = take_due(max);
        if (!jobs.empty()) {
            in_hand_ += jobs.size();
            return jobs;
        }
        if (wants_more(max)) {
            lock.unlock();
            refill(connection, max);
            lock.lock();
        } else if (!again_.empty()) {
            changed_.wait_until(lock, again_.begin()->first);
        } else if (in_hand_ > 0) {
            changed_.wait(lock);
        } else {
            break;
        }
    }
    changed_.notify_all();
    return {};
}

// Reads one page, which may be empty. Signals and the progress bar do not wait for it.
void MassList::refill(database::Connection& connection, std::size_t max) {
    const std::lock_guard reading(source_mutex_);
    {
        const std::lock_guard lock(mutex_);
        if (!wants_more(max)) return;  // another worker has just read one
    }
    auto page = source_(connection);
    const std::lock_guard lock(mutex_);
    if (!page) {
        exhausted_ = true;
        return;
    }
    std::reverse(page->begin(), page->end());
    page->insert(page->end(), fresh_.begin(), fresh_.end());
    fresh_ = std::move(*page);
}

// Contacts that failed before come first and apart from the others.
std::vector<Job> MassList::take_due(std::size_t max) {
    std::vector<Job> jobs;
    const Timestamp at = now();
    while (!again_.empty() && again_.begin()->first <= at && jobs.size() < max) {
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

void MassList::record(std::span<const Job> jobs, const worker::BatchResult& result) {
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
    totals_.ended_early = std::to_string(failures_in_a_row_max) + " contacts in a row failed";
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
    if (through() && in_hand_ == 0) totals.interrupted = false;
    return totals;
}

}  // namespace gdprd::command
