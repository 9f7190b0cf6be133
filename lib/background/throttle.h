// Keeps what runs in the background out of the way of Mautic's own work: pauses while the database is busy,
// keeps to a rate, and, where it has a pacer, works no more than the database can do beside others'
// statements.
//
// Threads: any; several workers of one back-fill share one.
#pragma once

#include <cstddef>
#include <mutex>
#include <stop_token>

#include "background/pacer.h"
#include "base/clock.h"
#include "database/connection.h"
#include "health/progress.h"

namespace gdprd::background {

struct ThrottleOptions {
    std::size_t busy_threads = 32;  // of the server's Threads_running; 0: never pause
    double rate_max = 0;            // pieces of work a second; 0: no limit
};

class Throttle {
  public:
    // `beat`: of the thread that waits, which shows that it is alive meanwhile; none for several threads.
    // Both outlive the object.
    explicit Throttle(const ThrottleOptions& options, health::Beat* beat = nullptr, Pacer* pacer = nullptr);

    // Call before `pieces` of work (contacts, or rows of a page counted as 0). Waits until the server is not
    // busy, which it looks at once a second at most, and until rate and pacer allow them. Returns at once
    // when a stop is requested. Throws DatabaseError.
    void wait(database::Connection& connection, const std::stop_token& stop, std::size_t pieces = 0);
    // What the calling thread waited for is done. Need not be called before it waits again.
    void done();

  private:
    void show_alive();
    void wait_for_rate(const std::stop_token& stop, std::size_t pieces);
    bool server_is_busy(database::Connection& connection);

    const ThrottleOptions options_;
    health::Beat* const beat_;
    Pacer* const pacer_;
    std::mutex mutex_;
    // Protected by mutex_.
    Timestamp looked_at_{};
    bool busy_ = false;
    Timestamp next_{};  // when the rate allows the next piece
};

}  // namespace gdprd::background
