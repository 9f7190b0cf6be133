#include "worker/queue_source.h"

#include <algorithm>

#include "base/backoff.h"
#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "worker/pause.h"

namespace gdprd::worker {

namespace {

using queue::Job;
using queue::QueueError;

constexpr Milliseconds retry_first{200};
constexpr Milliseconds retry_max{15'000};
constexpr Milliseconds look{1'000};  // how often an idle worker looks whether it should stop or refresh

}  // namespace

// Jobs that nobody could be asked about are ready again at once.
std::vector<Job> QueueSource::take(const Caller& caller, std::size_t max) {
    if (admission_failed_.exchange(false)) pause(caller.stop, look);
    if (caller.stop.stop_requested()) return {};
    try {
        return queue_.take(max, now());
    } catch (const QueueError& error) {
        log::error("could not read jobs from the queue", {{"why", describe(error)}});
        pause(caller.stop, look);
        return {};
    }
}

// What was done is done in the database; the queue must learn of it, or the jobs would run again.
void QueueSource::apply(const Caller& caller, std::span<const Job> /*jobs*/, const BatchResult& result) {
    for (int failures = 0;;) {
        try {
            queue_.apply(result.outcomes);
            return;
        } catch (const QueueError& error) {
            if (failures++ == 0)
                log::error("cannot write to the queue; retrying", {{"why", describe(error)}});
        }
        // The jobs are still running there, and ready at the next start.
        if (caller.stop.stop_requested()) return;
        metrics_.retry("queue");
        pause(caller.stop, backoff(failures, retry_first, retry_max, random_fraction()));
        caller.beat.busy();
    }
}

void QueueSource::wait_for_work(const std::stop_token& stop) {
    try {
        queue_.wait_for_work(stop, now() + look);
    } catch (const QueueError&) {
        pause(stop, look);  // take() says what is wrong
    }
}

// Who waits without an error is on hold, perhaps for months.
bool QueueSource::has_failed_jobs() {
    try {
        const auto waiting = queue_.list({queue::JobState::waiting});
        return std::any_of(waiting.begin(), waiting.end(),
                           [](const Job& job) { return !job.last_error.empty(); });
    } catch (const QueueError&) {
        return true;
    }
}

// A circuit breaker that cannot be asked says no.
bool QueueSource::admit(std::size_t erasures, Timestamp at) {
    try {
        return queue_.admit(erasures, at);
    } catch (const QueueError& error) {
        log::error("erasing is paused: the circuit breaker's counter cannot be written",
                   {{"why", describe(error)}});
        admission_failed_ = true;
        return false;
    }
}

// Counted for nothing otherwise, which may pause erasing too early and never too late.
void QueueSource::give_back(std::size_t erasures, Timestamp admitted_at) {
    try {
        queue_.give_back(erasures, admitted_at);
    } catch (const QueueError& error) {
        log::warning("rolled-back erasures still count towards the circuit breaker",
                     {{"why", describe(error)}});
    }
}

}  // namespace gdprd::worker
