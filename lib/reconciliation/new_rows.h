// What is new in Mautic's do-not-contact list since the last look, in time that does not depend on its
// length:
//   - rows whose id is higher than the highest one a while ago. Not since the last look, because a
//     transaction that began earlier may commit a lower id later;
//   - where Mautic has an index of dates (5.2 and newer), rows with a date since a while ago: Mautic changes
//     reason and date of a row in place. Before 5.2 only the comparison of everything finds those;
//   - rows that were too young, or in their grace period, and are due now (reconciliation/later_rows.h).
// A look is bounded; what it does not reach, the next one does, at once.
//
// Threads: the scheduler's. Errors: DatabaseError and QueueError; the next look goes on after the last page
// that was stored.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "background/task.h"
#include "reconciliation/findings.h"
#include "reconciliation/later_rows.h"
#include "reconciliation/opt_outs.h"

namespace gdprd::reconciliation {

class NewRows {
  public:
    // `overlap`: how long a transaction of Mautic may be open, and its clock be wrong, without a row being
    // missed.
    NewRows(std::size_t page_rows, Milliseconds overlap);

    // From here on rows are new. Once, before the first look.
    void begin(const OptOuts& opt_outs);
    bool has_begun() const { return has_begun_; }

    void look(const background::Look& look, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
              Tally& tally);

    // The last look was not through.
    bool is_behind() const { return behind_; }

  private:
    void look_at_due(const background::Look& look, const OptOuts& opt_outs, Findings& findings,
                     LaterRows& later, Tally& tally);
    void look_at_ids(const background::Look& look, const OptOuts& opt_outs, Findings& findings, Tally& tally);
    void look_at_dates(const background::Look& look, const OptOuts& opt_outs, Findings& findings,
                       Tally& tally);
    void restart_at(std::uint64_t highest);
    void move_mark();
    const std::string& date_index(const background::Look& look, const OptOuts& opt_outs);

    using Clock = std::chrono::steady_clock;

    const std::size_t page_rows_;
    const Milliseconds overlap_;
    bool has_begun_ = false;
    bool behind_ = false;
    // By id: all up to mark_ is done; up to highest_ it was read, and will be read again. pending_mark_ is
    // what highest_ was at pending_since_: it becomes the mark when that is `overlap` ago.
    std::uint64_t mark_ = 0;
    std::uint64_t highest_ = 0;
    std::uint64_t pending_mark_ = 0;
    Clock::time_point pending_since_{};
    // By date: where the next look begins, or goes on when one was not through.
    Timestamp dates_from_{};
    std::optional<OptOuts::Place> dates_reached_;
    Timestamp dates_begun_{};
    std::string indexed_schema_;  // the digest of the schema that index_ is of
    std::string index_;
};

}  // namespace gdprd::reconciliation
