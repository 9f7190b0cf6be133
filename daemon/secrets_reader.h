// Reads the webhook's secrets at once when somebody asks: a request was signed with none that is known, and
// Mautic's may have been changed a moment ago.
//
// Whoever posts rubbish asks too. So there is a thread of its own for it, one reading at a time and one an
// interval at most, whoever asks how often; and nobody waits longer than a moment for a database that is slow
// or away. What is read late counts from then on.
//
// Thread-safe. Does not throw after construction.
#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

#include "base/clock.h"

namespace gdprd::daemon {

class SecretsReader {
  public:
    // Reads them and hands them over; throws Error when that cannot be done. It must end by itself. Called by
    // the reader's thread, which holds a ThreadScope.
    using Read = std::function<void()>;

    struct Limits {
        Milliseconds interval{2'000};  // from the beginning of one reading to the next
        Milliseconds wait{500};        // for the end of it, from its beginning
    };

    SecretsReader(Read read, Limits limits);
    ~SecretsReader();  // waits for the reading in hand
    SecretsReader(const SecretsReader&) = delete;
    SecretsReader& operator=(const SecretsReader&) = delete;

    // True when they were read after this call began: who is still not known has none of them. False when
    // that cannot be said: they were read just before, the database is away, or it takes too long.
    bool read_now();

  private:
    using Clock = std::chrono::steady_clock;

    void work();

    const Read read_;
    const Limits limits_;
    std::mutex mutex_;
    std::condition_variable changed_;
    // Protected by mutex_.
    bool wanted_ = false;  // or in hand
    bool succeeded_ = false;
    bool stopping_ = false;
    Clock::time_point begun_{};  // the last reading; long ago: none yet
    std::thread thread_;         // constant after construction
};

}  // namespace gdprd::daemon
