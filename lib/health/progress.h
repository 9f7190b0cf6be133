// Is the process getting on? Fed by real work, not by a timer that would go on ticking beside a dead thread.
//
// Every thread that matters has a beat. A beat that has been busy with one piece of work for longer than its
// limit is stuck; a beat that waits for work is idle, however long. GET /healthz and the service manager's
// watchdog ask. Thread-safe. The steady clock is used, so that a corrected wall clock neither raises nor
// hides an alarm.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"

namespace gdprd::health {

using SteadyTime = std::chrono::steady_clock::time_point;

// One thread's sign of life. Cheap enough to be called for every piece of work.
class Beat {
  public:
    Beat(std::string name, Milliseconds limit);

    // Work begins, or one more piece of it is done: the limit counts from here.
    // A loop that has no work of its own (sockets) calls it at every turn and is never idle.
    void busy(SteadyTime at = std::chrono::steady_clock::now()) noexcept;
    // Waiting for work, or the thread has ended.
    void idle() noexcept;

    const std::string& name() const noexcept { return name_; }
    // How long the current piece of work takes by now, when that is more than the limit.
    std::optional<Milliseconds> overdue(SteadyTime at) const noexcept;

  private:
    static constexpr std::int64_t not_busy = INT64_MIN;

    const std::string name_;
    const Milliseconds limit_;
    std::atomic<std::int64_t> busy_since_{not_busy};  // milliseconds of the steady clock
};

// Busy from here to the end of the scope, also when it is left by an exception.
class Working {
  public:
    explicit Working(Beat& beat) : beat_(beat) { beat_.busy(); }
    ~Working() { beat_.idle(); }
    Working(const Working&) = delete;
    Working& operator=(const Working&) = delete;

  private:
    Beat& beat_;
};

class Progress {
  public:
    struct Stuck {
        std::string name;       // the beat's
        Milliseconds busy_for;  // with one piece of work
    };

    // A new beat, idle, which lives as long as this object. Call once a thread: "sockets", "handler", "worker
    // 1".
    Beat& beat(std::string name, Milliseconds limit);

    // The part that has been without progress for longest; nothing when all is well.
    std::optional<Stuck> stuck(SteadyTime at = std::chrono::steady_clock::now()) const;
    bool healthy(SteadyTime at = std::chrono::steady_clock::now()) const { return !stuck(at); }

  private:
    mutable std::mutex mutex_;
    std::deque<Beat> beats_;  // a deque, because beats are handed out by reference; protected by mutex_
};

}  // namespace gdprd::health
