#include "queue/transition.h"

#include <algorithm>
#include <utility>

namespace gdprd::queue {
namespace {

// Puts a request to a job that is not running, without touching its state or its turn.
void add_request(StoredJob& stored, const Arrival& arrival) {
    Job& job = stored.job;
    if (job.pass == 0) {
        job.received_at = std::min(job.received_at, arrival.received_at);
        return;
    }
    job.pass = 0;
    job.received_at = arrival.received_at;
    job.origin = arrival.origin;
    stored.let_through = false;
}

// A job without an error waits because the database said so; a new request may mean that it says something
// else now.
void look_again_in_grace(Job& job, const Arrival& arrival) {
    if (job.state != JobState::waiting || !job.last_error.empty()) return;
    job.state = JobState::ready;
    job.due_at = arrival.received_at;
}

void begin_again(StoredJob& stored, const Arrival& arrival) {
    Job& job = stored.job;
    job.state = JobState::ready;
    job.origin = arrival.origin;
    job.received_at = arrival.received_at;
    job.due_at = arrival.received_at;
    job.attempts = 0;
    job.pass = 0;
    job.last_error.clear();
    stored.let_through = false;
}

void settle(StoredJob& stored, const Outcome& outcome) {
    Job& job = stored.job;
    job.state = JobState::settling;
    job.due_at = outcome.due_at;
    job.attempts = 0;
    job.pass = outcome.pass;
    job.last_error.clear();
    stored.let_through = false;
}

void note_failure(Job& job, JobState state, const Outcome& outcome) {
    job.state = state;
    job.attempts = outcome.attempts;
    job.last_error = outcome.error;
}

}  // namespace

bool needs_admission(const StoredJob& stored) {
    return stored.job.pass == 0 && stored.job.origin != Origin::command && !stored.let_through;
}

StoredJob first_job(const Arrival& arrival) {
    StoredJob stored;
    stored.job.contact = arrival.contact;
    stored.job.revision = 1;
    begin_again(stored, arrival);
    return stored;
}

StoredJob merged(StoredJob stored, const Arrival& arrival) {
    Job& job = stored.job;
    ++job.revision;
    if (job.state == JobState::running) {
        if (!stored.next) {
            stored.next = arrival;
        } else {
            stored.next->received_at = std::min(stored.next->received_at, arrival.received_at);
        }
    } else if (job.state == JobState::settling) {
        begin_again(stored, arrival);
    } else {
        add_request(stored, arrival);
        look_again_in_grace(job, arrival);
        if (job.state == JobState::ready) job.due_at = std::min(job.due_at, arrival.received_at);
    }
    return stored;
}

std::optional<StoredJob> after(StoredJob stored, const Outcome& outcome) {
    Job& job = stored.job;
    if (job.state != JobState::running) return stored;
    const std::optional<Arrival> next = std::exchange(stored.next, std::nullopt);
    const bool asked_again = next.has_value() && job.revision != outcome.revision;

    using Kind = Outcome::Kind;
    if (outcome.kind == Kind::finished || outcome.kind == Kind::settle) {
        if (asked_again) {
            begin_again(stored, *next);
            return stored;
        }
        if (outcome.kind == Kind::finished) return std::nullopt;
        settle(stored, outcome);
        return stored;
    }
    if (outcome.kind == Kind::wait) {
        note_failure(job, JobState::waiting, outcome);
        job.due_at = outcome.due_at;
    } else if (outcome.kind == Kind::park) {
        note_failure(job, JobState::parked, outcome);
    } else {
        job.state = JobState::ready;
    }
    if (asked_again) {
        add_request(stored, *next);
        look_again_in_grace(job, *next);
    }
    return stored;
}

StoredJob settled_by_command(const std::optional<StoredJob>& stored, const Job& settling) {
    if (!stored) return {settling, std::nullopt, false};
    const JobState state = stored->job.state;
    if (state != JobState::settling && state != JobState::parked) return *stored;
    StoredJob replaced{settling, std::nullopt, false};
    replaced.job.revision = stored->job.revision + 1;
    return replaced;
}

}  // namespace gdprd::queue
