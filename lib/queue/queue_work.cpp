// The workers' side of the queue: taking jobs, saying how they ended, waiting for more.
#include <algorithm>
#include <string>
#include <utility>

#include "base/fault.h"
#include "base/log.h"
#include "queue/queue_implementation.h"

namespace gdprd::queue {
namespace {

constexpr std::size_t error_bytes_max = 200;
constexpr Milliseconds look_at_least_every{1'000};

// Promise 6: the queue holds codes, never a text that may quote a field value.
void check_errors(std::span<const Outcome> outcomes) {
    for (const Outcome& outcome : outcomes) {
        if (outcome.error.size() > error_bytes_max || outcome.error.find('@') != std::string::npos) {
            throw QueueError("apply: the error of contact " + std::to_string(outcome.contact) +
                             " is no code; nothing of this call was applied");
        }
    }
}

}  // namespace

std::vector<Job> Queue::Implementation::take(std::size_t max, Timestamp now) {
    return with_queue_errors(file_, "take", [&] {
        const std::lock_guard lock(writers_);
        WriteTransaction transaction(writer_, Durability::kill_only);
        const CircuitBreakerState breaker = circuit_breaker_.look(now);
        const auto share = breaker.paused_since ? JobTable::Share::exempt : JobTable::Share::all;
        std::vector<Job> taken = hand_out(share, max, now);
        if (!taken.empty()) transaction.commit();
        tell(breaker);
        return taken;
    });
}

// The pause waits for the disk. The count does not: a power cut may lose the last of it, and so many more are
// let through in that hour.
bool Queue::Implementation::admit(std::size_t erasures, Timestamp at) {
    return with_queue_errors(file_, "admit", [&] {
        const std::lock_guard lock(writers_);
        std::optional<WriteTransaction> transaction(std::in_place, writer_, Durability::kill_only);
        CircuitBreakerState breaker = circuit_breaker_.look(at);
        if (breaker.paused_since) return false;
        const auto asked_for = static_cast<std::int64_t>(erasures);
        const std::int64_t max = options_.erasures_per_hour_max;
        if (max == 0 || breaker.erased_last_hour + asked_for <= max) {
            circuit_breaker_.count(asked_for, at);
            transaction->commit();
            return true;
        }
        transaction.emplace(writer_, Durability::power_cut);  // the first one has changed nothing
        circuit_breaker_.pause(at);
        transaction->commit();
        breaker.paused_since = at;
        tell(breaker);
        return false;
    });
}

void Queue::Implementation::give_back(std::size_t erasures, Timestamp admitted_at) {
    with_queue_errors(file_, "give back", [&] {
        const std::lock_guard lock(writers_);
        WriteTransaction transaction(writer_, Durability::kill_only);
        circuit_breaker_.take_back(static_cast<std::int64_t>(erasures), admitted_at);
        transaction.commit();
    });
}

void Queue::Implementation::pause(Timestamp at) {
    with_queue_errors(file_, "pause", [&] {
        const std::lock_guard lock(writers_);
        WriteTransaction transaction(writer_, Durability::power_cut);
        CircuitBreakerState breaker = circuit_breaker_.look(at);
        if (breaker.paused_since) return;
        circuit_breaker_.pause(at);
        breaker.paused_since = at;
        transaction.commit();
        tell(breaker);
    });
}

std::vector<Job> Queue::Implementation::hand_out(JobTable::Share share, std::size_t max, Timestamp now) {
    const auto due = [&](JobState state) { return jobs_.due(state, share, max, now); };
    const std::vector<Candidate> requests = merged_by_time(due(JobState::ready), due(JobState::waiting));
    std::vector<Job> taken;
    for (const Candidate& candidate : turn_.choose(requests, due(JobState::settling), max)) {
        jobs_.mark_running(candidate.contact);
        const StoredJob stored = jobs_.find(candidate.contact).value();
        taken.push_back(stored.job);
        taken.back().needs_admission = needs_admission(stored);
    }
    return taken;
}

// Once for each pause, and once more for one that was there when the daemon started.
void Queue::Implementation::tell(const CircuitBreakerState& state) {
    const bool paused = state.paused_since.has_value();
    if (std::exchange(told_paused_, paused) == paused) return;
    if (!paused) return log::info("erasing resumes: the circuit breaker was reset");
    log::error(
        "erasing is paused: more contacts than [safety] max_per_hour are to be erased; look whether somebody "
        "put everybody on do-not-contact or deleted very many contacts, then `mautic-gdprd queue resume` "
        "continues",
        {{"erased_last_hour", state.erased_last_hour},
         {"held_back", state.held_back},
         {"max_per_hour", options_.erasures_per_hour_max}});
}

void Queue::Implementation::apply(std::span<const Outcome> outcomes) {
    if (outcomes.empty()) return;
    check_errors(outcomes);
    with_queue_errors(file_, "apply", [&] {
        const std::lock_guard lock(writers_);
        WriteTransaction transaction(writer_, Durability::kill_only);
        for (const Outcome& outcome : outcomes) apply_one(outcome);
        fault::point("queue-before-apply");
        transaction.commit();
    });
    work_.changed();
}

void Queue::Implementation::apply_one(const Outcome& outcome) {
    std::optional<StoredJob> stored = jobs_.find(outcome.contact);
    if (!stored || stored->job.state != JobState::running) return;
    if (const std::optional<StoredJob> changed = after(*std::move(stored), outcome)) {
        jobs_.update(*changed);
    } else {
        jobs_.remove(outcome.contact);
    }
}

std::optional<Timestamp> Queue::Implementation::next_due() {
    return with_queue_errors(file_, "look for work", [&] {
        const std::lock_guard lock(readers_);
        return report_.next_due();
    });
}

// The look once a second is three index seeks in cached pages: as cheap as PRAGMA data_version, and it
// answers the question itself. It also bounds what a jump of the clock can do.
void Queue::Implementation::wait_for_work(const std::stop_token& stop, Timestamp deadline) {
    while (!stop.stop_requested()) {
        const std::uint64_t moment = work_.moment();
        const std::optional<Timestamp> due = next_due();
        const Timestamp time = now();
        if (time >= deadline || (due && *due <= time)) return;
        Milliseconds longest = std::min(look_at_least_every, deadline - time);
        if (due) longest = std::min(longest, *due - time);
        work_.wait(stop, moment, longest);
    }
}

}  // namespace gdprd::queue
