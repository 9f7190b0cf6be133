// What is new in Mautic's do-not-contact list since the last scan, in time that does not depend on its
// length:
//   - rows whose id is higher than the highest one a while ago. Not since the last scan, because a
//     transaction that began earlier may commit a lower id later;
//   - where Mautic has an index of dates (5.2 and newer), rows with a date since a while ago: Mautic changes
//     reason and date of a row in place. Before 5.2 only the comparison of everything finds those;
//   - rows that were too young, or in their grace period, and are due now (reconciliation/later_rows.h).
// A scan is bounded; what it does not reach, the next one does, at once.
//
// Threads: the scheduler's. Errors: DatabaseError and QueueError; the next scan goes on after the last page
// that was stored.
#pragma once

#include "background/cursor.h"
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

    // From here on rows are new. Once, before the first scan.
    void begin(const background::Run& run, const OptOuts& opt_outs);
    bool has_begun() const { return has_begun_; }

    void scan(const background::Run& run, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
              Tally& tally);

    // The last scan was not through.
    bool is_behind() const { return behind_; }

  private:
    void scan_due(const background::Run& run, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
                  Tally& tally);
    void scan_ids(const background::Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally);
    void scan_dates(const background::Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally);

    const std::size_t page_rows_;
    background::IdCursor ids_;
    background::DateCursor dates_;
    background::IndexCache date_index_;
    bool has_begun_ = false;
    bool behind_ = false;
};

}  // namespace gdprd::reconciliation
