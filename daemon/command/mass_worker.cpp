#include "daemon/command/mass_worker.h"

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

bool is_passing(const database::DatabaseError& error) {
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
    if (!is_passing(error) || ++failures_ > failures_max) throw Error(error.what(), error.advice());
    worker::pause(stop, worker::backoff(failures_, pause_first, pause_max, random_fraction()));
}

bool MassWorker::erase_next(const std::stop_token& stop) {
    const std::vector<queue::Job> jobs = parts_.list.take(*connection_, batch_);
    if (jobs.empty()) return false;
    worker::BatchResult result;
    try {
        parts_.throttle.wait(*connection_, stop, jobs.size());
        if (!stop.stop_requested()) {
            const auto begun = std::chrono::steady_clock::now();
            result = worker::Batch(*connection_, rules_, parts_.options, parts_.metrics).run(jobs);
            adapt_batch(std::chrono::duration_cast<Milliseconds>(std::chrono::steady_clock::now() - begun),
                        jobs.size());
        }
    } catch (const database::DatabaseError&) {
        // Looking at the server's load failed: nothing was done, so all of them are there again.
        result.connection_lost = true;
        for (const queue::Job& job : jobs) {
            queue::Outcome released;
            released.kind = queue::Outcome::Kind::released;
            released.contact = job.contact;
            result.outcomes.push_back(released);
        }
    }
    leave_later_passes(jobs, result);
    parts_.list.record(jobs, result);
    if (!result.results.empty()) failures_ = 0;
    if (result.connection_lost) {
        connection_.reset();
        ++failures_;
        worker::pause(stop, worker::backoff(failures_, pause_first, pause_max, random_fraction()));
    } else if (result.schema_is_stale) {
        rules_ = parts_.rules.refresh(*connection_, rules_);
        daemon::refuse_unknown(*rules_);
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

// Mautic's own queries never wait longer for us than `transaction_time` asks for.
void MassWorker::adapt_batch(Milliseconds taken, std::size_t contacts) {
    const auto target = std::max<std::int64_t>(parts_.options.transaction_time.count(), 1);
    const auto took = std::max<std::int64_t>(taken.count(), 1);
    if (took > target) {
        const auto fits = static_cast<std::int64_t>(contacts) * target / took;
        batch_ = static_cast<std::size_t>(std::max<std::int64_t>(fits, 1));
    } else if (took < target / 2 && contacts >= batch_) {
        batch_ = std::min(batch_ * 2, parts_.options.batch_max);
    }
}

}  // namespace gdprd::command
