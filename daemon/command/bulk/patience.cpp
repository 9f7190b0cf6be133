#include "daemon/command/bulk/patience.h"

namespace gdprd::command {

void Patience::failed(const worker::Outage::Attempt& attempt) {
    using Kind = worker::Outage::Kind;
    const MassTotals totals = list_.totals();
    const std::uint64_t done = totals.contacts() - totals.failed;
    if (done != done_) failures_ = 0;
    if (attempt.in_a_row != in_a_row_) ++failures_;
    done_ = done;
    in_a_row_ = attempt.in_a_row;
    if (!attempt.permanent && failures_ <= failures_max) return;
    const bool has_reason =
        attempt.permanent || attempt.kind == Kind::unreachable || attempt.kind == Kind::stale;
    list_.end_early((has_reason ? "" : "the connection to the database is lost again and again: ") +
                    attempt.why);
}

void Patience::ended(worker::Outage::Kind /*kind*/) { in_a_row_ = 0; }

}  // namespace gdprd::command
