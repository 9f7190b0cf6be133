// What the sessions of several threads know together about a database they cannot work with, so that it is
// asked seldom and by one of them at a time.
//
// A server that cannot be reached is one case. The others answer: a server that is read-only, full or about
// to go offline takes every login and refuses every change; a schema that does not agree with what it says of
// itself makes every batch fail before it begins. Each of them ends without anybody's help, so no job is to
// blame and none is parked. What a server refuses for one contact and not for a change beside it is none.
//
// Thread-safe. Does not throw, unless its observer does.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>

#include "base/clock.h"
#include "base/contact_id.h"

namespace gdprd::worker {

class Outage {
  public:
    enum class Kind {
        unreachable,  // no connection
        refused,      // a connection, and no work over it
        refused_all,  // the same, but only erasures are refused: a smaller change does not show it
        stale,        // the schema was read again and still does not fit the tables
    };

    struct Attempt {
        Kind kind = Kind::unreachable;
        std::string why;
        bool permanent = false;      // waiting does not help (worker/failure.h)
        std::optional<Kind> before;  // the outage that lasted already
        int in_a_row = 1;            // failed attempts one after the other, with this one
    };

    // Whoever reports an outage, or gives up. Called under a lock: it must not call the outage.
    class Observer {
      public:
        virtual ~Observer() = default;
        // `lasts`: a connection was not what is missing.
        virtual void connected(const std::string& /*server*/, bool /*lasts*/) {}
        virtual void failed(const Attempt& /*attempt*/) {}
        virtual void ended(Kind /*kind*/) {}
    };

    // The observer outlives this object.
    explicit Outage(Observer& observer) : observer_(observer) {}

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
    void connected(const std::string& server);
    // Something was changed in the database, or could have been.
    void worked();
    void failed(Kind kind, const std::string& why, bool permanent = false);

  private:
    void end(std::unique_lock<std::mutex>& lock);

    Observer& observer_;
    mutable std::mutex mutex_;
    std::condition_variable_any changed_;
    // Protected by mutex_.
    std::optional<Kind> kind_;           // of the outage that lasts
    std::optional<ContactId> blamed_;    // since something was changed
    int failures_ = 0;                   // by which the pause grows
    int attempts_ = 0;                   // one after the other
    std::optional<std::size_t> trying_;  // the worker that tries
    std::chrono::steady_clock::time_point next_try_{};
};

}  // namespace gdprd::worker
