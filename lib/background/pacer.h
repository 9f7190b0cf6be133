// Keeps bulk work from slowing down what else the database does: measures how fast it answers, on a
// connection and in a thread of its own, and lets workers begin accordingly (background/pace.h).
//
// Threads: any. Errors: none; a failure counts as a slow answer, and one that does not come lets nobody
// begin.
#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <stop_token>
#include <string>
#include <thread>

#include "background/pace.h"
#include "base/clock.h"
#include "database/connection.h"

namespace gdprd::background {

// When nobody begins, so that the database's own pace can be measured.
struct QuietTimes {
    Milliseconds every{30'000};
    // A worker that is still at work then, waiting for somebody's lock, keeps the others from theirs no
    // longer: what was measured before counts on, and it takes nobody's place.
    Milliseconds most{3'000};
};

class Pacer {
  public:
    // What is measured. Takes part in what Mautic's own statements wait for: a processor, and the disk where
    // it may write. Throws DatabaseError.
    using Probe = std::function<void(database::Connection&)>;

    // `at_end`: once, over the same connection, when there still is one.
    Pacer(const PaceOptions& options, database::ConnectionOptions connection, Probe probe, Probe at_end = {},
          const QuietTimes& quiet = {});
    ~Pacer();
    Pacer(const Pacer&) = delete;
    Pacer& operator=(const Pacer&) = delete;

    // Waits until the calling thread may begin a piece of work. What it did since its last turn is done.
    // False: a stop was requested, and no turn has begun. `alive` is called about once a second meanwhile;
    // what it throws leaves begin().
    bool begin(const std::stop_token& stop, const std::function<void()>& alive);
    // The calling thread has no piece of work in hand.
    void end();

    struct Report {
        double workers_max = 0;          // that there are
        double workers = 0;              // at work on average
        double workers_now = 0;          // that may be at work at the moment
        AnswerTime idle{0}, working{0};  // median answers without work, and beside it
        std::string failure;             // why nothing could be measured at last; "" when it could
    };
    Report report() const;

  private:
    using Clock = std::chrono::steady_clock;

    void measure(const std::stop_token& stop);
    void failed(const std::string& why);
    void note(Clock::time_point began, Clock::time_point answered, bool was_idle);
    bool is_idle(Clock::time_point at) const;
    bool may_begin(Clock::time_point at);
    void end_turn();

    const database::ConnectionOptions connection_;
    const Probe probe_;
    const Probe at_end_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    // Protected by mutex_.
    Pace pace_;
    std::map<std::thread::id, Clock::time_point> working_;  // since when
    std::multiset<Clock::time_point> resting_;              // until when a worker's place is not taken again
    Clock::time_point idle_since_;
    const QuietTimes quiet_;
    Clock::time_point idle_known_at_{};  // the database's own pace
    Clock::time_point quiet_since_;
    Clock::time_point asked_at_{};  // when the probe began that is not answered yet
    bool is_quiet_ = true;          // nobody begins, so that the database's own pace can be measured
    std::string failure_;
    std::size_t idle_answers_ = 0;  // since the database's own pace was known last
    Clock::time_point began_;
    double worked_seconds_ = 0;
    std::jthread thread_;  // the last, so that it ends first
};

// Writes a time into the ledger's database and commits: waits for a processor and for the log's way to the
// disk, as a statement of Mautic's does. Into a row of its own, because two that wrote the same one would
// measure each other.
class TinyCommit {
  public:
    explicit TinyCommit(std::string ledger_database);
    void operator()(database::Connection& connection) const;
    void forget(database::Connection& connection) const;

  private:
    std::string ledger_database_;
    std::string name_;
};

}  // namespace gdprd::background
