#include "daemon/command/bulk/mass_worker.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/random.h"
#include "worker/backoff.h"
#include "worker/pause.h"

namespace gdprd::command {

namespace {

// Some minutes: a restart of the server is waited for, a server that is gone is not.
constexpr int failures_max = 20;
constexpr Milliseconds pause_first{200};
constexpr Milliseconds pause_max{15'000};

bool is_conflict_or_outage(const database::DatabaseError& error) {
    return error.error_class() == database::ErrorClass::connection ||
           error.error_class() == database::ErrorClass::conflict;
}

}  // namespace

void MassWorker::run(const std::stop_token& stop) {
    try {
        const database::ThreadScope thread;
        work(stop);
        connection_.reset();
    } catch (const Error& error) {
        parts_.list.end_early(describe(error));
    } catch (const std::exception&) {
        parts_.list.end_early("internal error");
    }
}

void MassWorker::work(const std::stop_token& stop) {
    for (bool more = true; more && !stop.stop_requested();) {
        try {
            if (!connection_ && !connect(stop)) continue;
            more = erase_next(stop);
        } catch (const database::DatabaseError& error) {
            recover(error, stop);
        }
    }
}

bool MassWorker::connect(const std::stop_token& stop) {
    try {
        connection_.emplace(parts_.assembly.config.database);
        if (!rules_) rules_ = parts_.rules.current();
        if (!rules_) rules_ = parts_.rules.refresh(*connection_, nullptr);
        daemon::refuse_unknown(*rules_);
        return true;
    } catch (const database::DatabaseError& error) {
        recover(error, stop);
        return false;
    }
}

void MassWorker::recover(const database::DatabaseError& error, const std::stop_token& stop) {
    connection_.reset();
    if (!is_conflict_or_outage(error) || failures_ == failures_max) throw Error(error.what(), error.advice());
    wait_after_failure(error.what(), stop);
}

void MassWorker::wait_after_failure(const std::string& why, const std::stop_token& stop) {
    connection_.reset();
    if (++failures_ > failures_max) {
        throw Error("the connection to the database is lost again and again: " + why);
    }
    worker::pause(stop, worker::backoff(failures_, pause_first, pause_max, random_fraction()));
}

// Somebody may add a field in Mautic while a long command runs.
void MassWorker::renew_rules(bool schema_is_stale) {
    if (schema_is_stale || parts_.rules.age() > parts_.options.schema_refresh) {
        rules_ = parts_.rules.refresh(*connection_, rules_);
        daemon::refuse_unknown(*rules_);
    }
}

bool MassWorker::erase_next(const std::stop_token& stop) {
    const std::vector<queue::Job> jobs = parts_.list.take(*connection_, batch_size_.current());
    if (jobs.empty()) return false;
    worker::BatchResult result;
    try {
        parts_.throttle.wait(*connection_, stop, jobs.size());
        if (!stop.stop_requested()) {
            const auto begun = std::chrono::steady_clock::now();
            result = worker::Batch(*connection_, rules_, parts_.options, parts_.metrics, [&stop] {
                         return !stop.stop_requested();
                     }).run(jobs);
            batch_size_.note(jobs.size(), std::chrono::duration_cast<Milliseconds>(
                                              std::chrono::steady_clock::now() - begun));
        }
    } catch (const database::DatabaseError& error) {
        result.connection_lost = true;  // looking at the server's load failed; no contact was tried
        result.why = error.what();
    }
    leave_later_passes(jobs, result);
    parts_.list.record(jobs, result);
    if (!result.results.empty()) failures_ = 0;
    if (result.connection_lost) {
        wait_after_failure(result.why, stop);
    } else {
        renew_rules(result.schema_is_stale);
    }
    return true;
}

// The erasures are committed by now; what goes wrong here takes nothing of them back.
void MassWorker::leave_later_passes(std::span<const queue::Job> jobs, const worker::BatchResult& result) {
    if (parts_.queue == nullptr) return;
    std::map<ContactId, Timestamp> received;
    for (const queue::Job& job : jobs) received.emplace(job.contact, job.received_at);
    std::vector<queue::Settling> settling;
    for (const queue::Outcome& outcome : result.outcomes) {
        if (outcome.kind != queue::Outcome::Kind::settle || outcome.pass == 0) continue;
        settling.push_back({outcome.contact, received[outcome.contact], outcome.due_at, outcome.pass});
    }
    try {
        parts_.queue->store_settling(settling);
    } catch (const queue::QueueError& error) {
        parts_.list.remark("Some later passes are left out, which find what Mautic still wrote afterwards: " +
                           describe(error) + ".\nErase the same contacts again in a day to get them.");
    }
}

}  // namespace gdprd::command
