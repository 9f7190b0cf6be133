// The look for what Mautic left behind of contacts that it deleted: rows of statistics and forms that lost
// their contact id and keep everything else. They are treated like the rows of an erased contact.
//
// Which rows: those of tables that the data map marks with `leftovers`, that hold NULL and are not noted in
// the ledger's database (erasure/leftover_rows.h). Noted are
//   - those that were there when this was first switched on, unless `all` is wanted,
//   - those that Mautic made without a contact: seen without one soon after they were made (the frontier,
//     sweep/leftover_frontier.h),
//   - those that are dealt with, so that they cost the reading of an index from then on.
// A note is taken back when its row is gone or has a contact again.
//
// Everything is done in slices; the whole is looked through after a start, every `full`, and when Mautic has
// told of a deletion, which costs at most a twentieth of the time.
//
// Threads: the sweeper's. Errors: DatabaseError and FilesError, after the other tables had their turn.
#pragma once

#include <chrono>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "erasure/leftover_eraser.h"
#include "erasure/leftover_rows.h"
#include "health/metrics.h"
#include "sweep/deletions.h"
#include "sweep/leftover_frontier.h"
#include "sweep/options.h"
#include "sweep/task.h"

namespace gdprd::sweep {

class Leftovers : public Task {
  public:
    // `is_held_back`: true while nothing may be erased (the brake). `born_within`: see leftover_frontier.h.
    Leftovers(DeletedContacts mode, const SweepOptions& options, const Deletions& deletions,
              std::function<bool()> is_held_back, health::Metrics& metrics,
              Milliseconds born_within = Milliseconds{60'000});

    std::string_view name() const override { return "deleted contacts"; }
    Milliseconds period() const override;
    void run(const Look& look) override;

  private:
    using Clock = std::chrono::steady_clock;

    // One look through all tables, under way.
    struct Walk {
        std::size_t table = 0;  // position among the plan's
        std::uint64_t reached = 0;
        std::uint64_t rows_erased = 0;
        Clock::duration spent{};
        std::string schema_digest;
        std::exception_ptr failure;  // of the first table that failed
    };

    bool may_erase(const Look& look) const;
    bool is_due() const;
    void walk_slice(const Look& look);
    bool walk_page(const Look& look, const erasure::Step& step);
    erasure::RowIds not_noted(erasure::LeftoverRows& rows, const erasure::Step& step,
                              const erasure::RowIds& page, std::uint64_t until);
    std::uint64_t erase(const Look& look, const erasure::Step& step, const erasure::RowIds& ids);
    void finish_walk();

    const DeletedContacts mode_;
    const SweepOptions options_;
    const Deletions& deletions_;
    const std::function<bool()> is_held_back_;
    health::Metrics& metrics_;
    LeftoverFrontier frontier_;
    std::optional<Walk> walk_;
    std::exception_ptr failure_;  // of the last walk
    std::uint64_t deletions_seen_ = 0;
    Clock::time_point full_due_{};    // at once
    Clock::time_point not_before_{};  // when a deletion may cause the next walk
    bool more_at_once_ = false;
};

}  // namespace gdprd::sweep
