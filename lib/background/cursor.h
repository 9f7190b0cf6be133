// How far a scan of a growing table has come: by ids, or by dates where an index leads to them.
//
// A cursor stays behind what was read, by what was read `overlap` ago: a transaction of Mautic that began
// earlier may commit a lower id, or an earlier date, later, and its clock may be wrong. So the youngest rows
// are read again and again; whoever handles them must not mind. With a name it is kept among the checkpoints
// and goes on where any daemon left it; without one it lives in memory.
//
// Threads: the scheduler's. Errors: DatabaseError.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "background/checkpoints.h"
#include "base/clock.h"

namespace gdprd::background {

class IdCursor {
  public:
    // `margin`: the first scan, and one after a restore, begins so many ids before the highest.
    IdCursor(std::string checkpoint, Milliseconds overlap, std::uint64_t margin = 0);

    // Where a scan begins. `highest` is asked for the highest id there is: at the very first scan that is the
    // cursor, and later a lower one tells that the database was restored.
    std::uint64_t begin(Checkpoints& checkpoints, const std::function<std::uint64_t()>& highest);
    // Where it ended; `through`: there was nothing more. Otherwise there is too much to be read again. Not
    // for a scan that was stopped: the next process reads its rows again.
    void end(Checkpoints& checkpoints, std::uint64_t reached, bool through);

  private:
    using Clock = std::chrono::steady_clock;

    std::optional<std::uint64_t> at(Checkpoints& checkpoints) const;
    void set(Checkpoints& checkpoints, std::uint64_t id);
    void raise(Checkpoints& checkpoints, std::uint64_t id);

    const std::string checkpoint_;
    const Milliseconds overlap_;
    const std::uint64_t margin_;
    std::optional<std::uint64_t> in_memory_;
    std::uint64_t pending_ = 0;  // what was reached at pending_since_
    Clock::time_point pending_since_{};
};

// A row's place in the order of dates.
struct DatePlace {
    Timestamp at{};
    std::uint64_t id = 0;
};

class DateCursor {
  public:
    DateCursor(std::string checkpoint, Milliseconds overlap);

    // Where a scan begins: at the very first one `overlap` ago; in the middle of one that was not through.
    DatePlace begin(Checkpoints& checkpoints);
    // Up to which date it reads: those far in the future would be new for ever.
    Timestamp until() const { return now() + overlap_; }
    // A page was read, and there is more.
    void advance(const DatePlace& place) { reached_ = place; }
    // There was nothing more.
    void end(Checkpoints& checkpoints);

  private:
    void set(Checkpoints& checkpoints, Timestamp at);

    const std::string checkpoint_;
    const Milliseconds overlap_;
    std::optional<Timestamp> in_memory_;
    std::optional<DatePlace> reached_;  // of a scan that was not through
    Timestamp begun_{};                 // when that scan began
};

// The index that leads to a table's dates, looked for again only when the schema has changed.
class IndexCache {
  public:
    // "" when there is none.
    const std::string& get(const std::string& schema_digest, const std::function<std::string()>& find);

  private:
    std::string schema_digest_;
    std::string index_;
};

}  // namespace gdprd::background
