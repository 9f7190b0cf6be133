// What the workers know together about a database they cannot work with, so that it is asked seldom, by one
// of them at a time, and told once.
//
// A server that cannot be reached is one case. The others answer: a server that is read-only, full or about
// to go offline takes every login and refuses every change; a schema that does not agree with what it says of
// itself makes every batch fail before it begins. Each of them ends without anybody's help, so no job is to
// blame and none is parked. What a server refuses for one contact and not for a change beside it is none.
//
// Thread-safe. Does not throw.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/contact_id.h"
#include "health/metrics.h"
#include "health/readiness.h"

namespace gdprd::worker {

class Outage {
  public:
    enum class Kind {
        unreachable,  // no connection
        refused,      // a connection, and no work over it
        refused_all,  // the same, but only erasures are refused: a smaller change does not show it
        stale,        // the schema was read again and still does not fit the tables
    };

    Outage(health::Metrics& metrics, health::Readiness& readiness);

    // True when the worker may work: there is no outage, or it is the one that tries now. Otherwise waits for
    // that, a second at most, and says false.
    bool may_work(const std::stop_token& stop, std::size_t worker);

    bool lasts() const;
    // Nothing but an erasure can end it.
    bool shows_in_erasures_only() const;

    // A contact was refused alone, as it was before beside others that were not. That is its own fault,
    // unless everything is refused; and so it seems when a second contact is, and nothing was changed
    // meanwhile.
    bool is_to_blame(ContactId contact);

    // A connection was made. That ends an outage only if nothing but a connection was missing.
    void connected();
    // Something was changed in the database, or could have been.
    void worked();
    void failed(Kind kind, const std::string& why);

  private:
    void end(std::unique_lock<std::mutex>& lock);
    void tell(Kind kind, const std::string& why);

    health::Metrics& metrics_;
    health::Readiness& readiness_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    // Protected by mutex_.
    std::optional<Kind> kind_;         // of the outage that lasts
    std::optional<ContactId> blamed_;  // since something was changed
    int failures_ = 0;
    std::optional<std::size_t> trying_;  // the worker that tries
    std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace gdprd::worker
