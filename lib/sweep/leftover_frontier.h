// Up to which row of a table NULL means that the row has lost its contact. Younger rows may still get one, or
// may have been made without one: mails to people who are no contacts, forms sent by staff.
//
// `lost_contact`: rows that have no contact about a minute after they were made (`born_within`) are noted as
// somebody else's, and the frontier passes them. A contact that is deleted within that minute, or between two
// runs of the daemon in which it was made too, cannot be told from nobody: such rows are left alone.
// `after_a_day`: the frontier follows a day behind, and nothing is noted.
//
// The frontier of each table is kept among the marks, so that it outlives a restart and is shared by daemons.
// Threads: the sweeper's. Errors: DatabaseError.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "erasure/leftover_rows.h"
#include "sweep/marks.h"
#include "sweep/options.h"
#include "sweep/task.h"

namespace gdprd::sweep {

class LeftoverFrontier {
  public:
    LeftoverFrontier(DeletedContacts mode, std::size_t page_rows, Milliseconds born_within);

    // Moves it on, by so many pages at the most. False when there is more to do at once: then of() may not
    // know the table yet.
    bool advance(const Look& look, const erasure::Step& step, std::size_t& pages_left);

    // Nothing while the rows that were there at the beginning are not all noted.
    static std::optional<std::uint64_t> of(Marks& marks, const erasure::Step& step);

  private:
    using Clock = std::chrono::steady_clock;

    // The highest row at a moment.
    struct Height {
        std::uint64_t row = 0;
        Clock::time_point at{};
    };

    bool begin(const Look& look, const erasure::Step& step, std::size_t& pages_left);
    bool forget_left(const Look& look, const erasure::Step& step, std::size_t& pages_left);
    bool note_range(const Look& look, const erasure::Step& step, erasure::RowRange& range,
                    std::size_t& pages_left);
    bool advance_by_birth(const Look& look, const erasure::Step& step, std::uint64_t frontier,
                          std::size_t& pages_left);
    void advance_by_day(const Look& look, const erasure::Step& step);

    const DeletedContacts mode_;
    const std::size_t page_rows_;
    const Milliseconds born_within_;
    std::map<std::string, std::uint64_t> baselines_;  // by table: up to where the beginning goes
    std::map<std::string, std::uint64_t> forgotten_;  // by table: up to where that is done
    std::map<std::string, Height> heights_;           // by table
};

}  // namespace gdprd::sweep
