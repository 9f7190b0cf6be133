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

#include "background/task.h"
#include "base/clock.h"

namespace gdprd::background {

class IdCursor {
  public:
    using Highest = std::function<std::uint64_t()>;
    // Reads the rows after an id and handles them, raises it to the last one's, and says how many there were.
    using ReadPage = std::function<std::size_t(std::uint64_t& reached)>;

    // `margin`: the first scan, and one after a restore, begins so many ids before the highest.
    IdCursor(std::string checkpoint, Milliseconds overlap, std::uint64_t margin = 0);

    // From here on rows are new. A scan does it by itself.
    void begin(const Run& run, const Highest& highest) { place(run, highest); }

    // Page by page, until one is not full. `highest` is asked for the highest id there is: a lower one than
    // the cursor tells that the database was restored. False when there is more to do at once: then it is too
    // much to be read again. What a stop ended is read again by the next process. The first page is free.
    bool scan(const Run& run, PageBudget& pages, std::size_t page_rows, const Highest& highest,
              const ReadPage& read_page);
    // The same with the pages of a whole turn.
    bool scan(const Run& run, std::size_t page_rows, const Highest& highest, const ReadPage& read_page);

  private:
    using Clock = std::chrono::steady_clock;

    std::uint64_t place(const Run& run, const Highest& highest);
    void follow(const Run& run, std::uint64_t reached);
    void raise(const Run& run, std::uint64_t id);

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
    // Reads the rows after a place and before a date and handles them, moves the place to the last one, and
    // says how many there were.
    using ReadPage = std::function<std::size_t(DatePlace& place, Timestamp until)>;

    DateCursor(std::string checkpoint, Milliseconds overlap);

    // From here on changes are new. A scan does it by itself.
    void begin(const Run& run) { place(run); }

    // From where the last one was, or `overlap` before it began if that was through; the very first one from
    // `overlap` ago. Dates far in the future would be new for ever: they are left out. False when there is
    // more to do at once.
    bool scan(const Run& run, std::size_t page_rows, const ReadPage& read_page);

  private:
    DatePlace place(const Run& run);
    void set(const Run& run, Timestamp at);

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
