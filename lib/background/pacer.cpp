#include "background/pacer.h"

#include <algorithm>
#include <cmath>
#include <optional>

#include "background/checkpoints.h"
#include "base/random.h"
#include "worker/failure.h"
#include "worker/pause.h"

namespace gdprd::background {

using namespace std::chrono_literals;

namespace {

constexpr auto between_answers = 40ms;
constexpr auto between_quiet_answers = 10ms;
// What a piece of work leaves to be done behind it.
constexpr auto aftermath = 100ms;
constexpr auto alive_every = 1s;
constexpr auto reconnect_after = 1s;
// A plan does not get older than that before it is used.
constexpr auto rest_max = 30s;
// An answer that is not there after so long lets nobody begin.
constexpr auto late = 500ms;

}  // namespace

Pacer::Pacer(const PaceOptions& options, database::ConnectionOptions connection, Probe probe, Probe at_end,
             const QuietTimes& quiet)
    : connection_(std::move(connection)),
      probe_(std::move(probe)),
      at_end_(std::move(at_end)),
      pace_(options),
      idle_since_(Clock::now()),
      quiet_(quiet),
      quiet_since_(idle_since_),
      began_(Clock::now()) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
        const database::ThreadScope scope;
        measure(stop);
    });
}

Pacer::~Pacer() = default;

bool Pacer::begin(const std::stop_token& stop, const std::function<void()>& alive) {
    std::unique_lock lock(mutex_);
    end_turn();
    while (!stop.stop_requested() && !may_begin(Clock::now())) {
        const auto free = resting_.empty() ? Clock::now() + alive_every
                                           : std::min(*resting_.begin(), Clock::now() + alive_every);
        changed_.wait_until(lock, stop, free, [&] { return may_begin(Clock::now()); });
        lock.unlock();
        alive();
        lock.lock();
    }
    if (stop.stop_requested()) return false;
    working_[std::this_thread::get_id()] = Clock::now();
    return true;
}

void Pacer::end() {
    const std::scoped_lock lock(mutex_);
    end_turn();
}

void Pacer::end_turn() {
    const auto turn = working_.find(std::this_thread::get_id());
    if (turn == working_.end()) return;
    const auto at = Clock::now();
    const auto worked = at - turn->second;
    working_.erase(turn);
    worked_seconds_ += std::chrono::duration<double>(worked).count();
    const double places = std::ceil(pace_.workers());
    const auto rest =
        std::chrono::duration_cast<Clock::duration>(worked * ((places - pace_.workers()) / pace_.workers()));
    resting_.insert(at + std::min<Clock::duration>(rest, rest_max));
    if (working_.empty()) idle_since_ = at;
    changed_.notify_all();
}

bool Pacer::may_begin(Clock::time_point at) {
    resting_.erase(resting_.begin(), resting_.upper_bound(at));
    if (is_quiet_ || (asked_at_ != Clock::time_point{} && at - asked_at_ > late)) return false;
    const auto busy = std::count_if(working_.begin(), working_.end(),
                                    [&](const auto& turn) { return at - turn.second <= quiet_.most; });
    return static_cast<double>(busy) + static_cast<double>(resting_.size()) < std::ceil(pace_.workers());
}

bool Pacer::is_idle(Clock::time_point at) const { return working_.empty() && at - idle_since_ >= aftermath; }

void Pacer::measure(const std::stop_token& stop) {
    std::optional<database::Connection> connection;
    while (!stop.stop_requested()) {
        auto next = Clock::now();
        try {
            if (!connection) connection.emplace(connection_);
            bool was_idle = false;
            {
                const std::scoped_lock lock(mutex_);
                asked_at_ = next = Clock::now();
                was_idle = is_idle(asked_at_);
                next += is_quiet_ ? between_quiet_answers : between_answers;
            }
            const auto asked = Clock::now();
            probe_(*connection);
            note(asked, Clock::now(), was_idle);
        } catch (const std::exception& error) {
            connection.reset();
            next = Clock::now() + reconnect_after;
            failed(worker::reason_of(error));
        }
        const auto left = std::chrono::ceil<Milliseconds>(next - Clock::now());
        if (left > Milliseconds{0}) worker::pause(stop, left);
    }
    try {
        if (connection && at_end_) at_end_(*connection);
    } catch (const database::DatabaseError&) {
        // A row of a few bytes stays.
    }
}

// Of a server that cannot be asked it is not known whether it is idle: it counts as a slow answer.
void Pacer::failed(const std::string& why) {
    const std::scoped_lock lock(mutex_);
    asked_at_ = {};
    is_quiet_ = false;
    idle_known_at_ = Clock::now();
    pace_.note_failure();
    failure_ = why;
    changed_.notify_all();
}

void Pacer::note(Clock::time_point began, Clock::time_point answered, bool was_idle) {
    const std::scoped_lock lock(mutex_);
    asked_at_ = {};
    failure_.clear();
    if (was_idle && working_.empty()) {
        pace_.note_idle(answered - began);
        if (++idle_answers_ >= Pace::enough) {
            is_quiet_ = false;
            idle_answers_ = 0;
            idle_known_at_ = answered;
        }
    } else if (!working_.empty()) {
        pace_.note_working(answered - began);
    }
    const bool is_held_up = pace_.knows_idle() && !working_.empty() && answered - quiet_since_ > quiet_.most;
    if (is_quiet_ && is_held_up) {
        is_quiet_ = false;
        idle_known_at_ = answered;
    }
    if (!is_quiet_ && answered - idle_known_at_ > quiet_.every) {
        is_quiet_ = true;
        quiet_since_ = answered;
    }
    changed_.notify_all();
}

TinyCommit::TinyCommit(std::string ledger_database)
    : ledger_database_(std::move(ledger_database)), name_("answer_time_" + random_hex(4)) {}

void TinyCommit::operator()(database::Connection& connection) const {
    Checkpoints(connection, ledger_database_).set_time(name_, now());
}

void TinyCommit::forget(database::Connection& connection) const {
    Checkpoints(connection, ledger_database_).forget(name_);
}

Pacer::Report Pacer::report() const {
    const std::scoped_lock lock(mutex_);
    const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
    return {pace_.workers_max(),    seconds > 0 ? worked_seconds_ / seconds : 0,
            pace_.workers(),        pace_.median_idle(),
            pace_.median_working(), failure_};
}

}  // namespace gdprd::background
