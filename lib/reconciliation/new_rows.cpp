#include "reconciliation/new_rows.h"

namespace gdprd::reconciliation {

using background::Checkpoints;
using background::PageBudget;
using background::Run;

namespace {

Checkpoints checkpoints_of(const Run& run) { return {run.connection, run.rules->ledger_database}; }

}  // namespace

// Both cursors live in memory: the first scan after a start compares everything. By ids it begins a page
// before the end, because some of its neighbours may not be committed yet.
NewRows::NewRows(std::size_t page_rows, Milliseconds overlap)
    : page_rows_(page_rows), ids_({}, overlap, page_rows), dates_({}, overlap) {}

void NewRows::begin(const Run& run, const OptOuts& opt_outs) {
    Checkpoints checkpoints = checkpoints_of(run);
    ids_.begin(checkpoints, [&] { return opt_outs.highest_id(); });
    dates_.begin(checkpoints);
    has_begun_ = true;
}

void NewRows::scan(const Run& run, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
                   Tally& tally) {
    behind_ = false;
    scan_due(run, opt_outs, findings, later, tally);
    scan_ids(run, opt_outs, findings, tally);
    scan_dates(run, opt_outs, findings, tally);
}

void NewRows::scan_due(const Run& run, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
                       Tally& tally) {
    const Timestamp at = now();
    PageBudget pages(run);
    for (;;) {
        const auto ids = later.due(at, page_rows_);
        if (ids.empty()) return;
        if (!pages.next()) break;
        findings.take(opt_outs.of(ids), tally);
        later.done(ids.size());
    }
    behind_ = true;
}

void NewRows::scan_ids(const Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    Checkpoints checkpoints = checkpoints_of(run);
    std::uint64_t reached = ids_.begin(checkpoints, [&] { return opt_outs.highest_id(); });
    for (PageBudget pages(run); pages.next();) {
        const auto page = opt_outs.after(reached, page_rows_);
        findings.take(page, tally);
        if (!page.empty()) reached = page.back().id;
        if (page.size() < page_rows_) return ids_.end(checkpoints, reached, true);
    }
    // A transaction that is still open is left to the whole comparison.
    if (!run.stop.stop_requested()) ids_.end(checkpoints, reached, false);
    behind_ = true;
}

void NewRows::scan_dates(const Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    const std::string& index =
        date_index_.get(run.rules->plan->schema_digest, [&] { return opt_outs.date_index(); });
    if (index.empty()) return;
    Checkpoints checkpoints = checkpoints_of(run);
    background::DatePlace place = dates_.begin(checkpoints);
    const Timestamp until = dates_.until();
    for (PageBudget pages(run); pages.next();) {
        const auto page = opt_outs.since(place, until, index, page_rows_);
        findings.take(page, tally);
        if (page.size() < page_rows_) return dates_.end(checkpoints);
        place = {page.back().since, page.back().id};
        dates_.advance(place);
    }
    behind_ = true;
}

}  // namespace gdprd::reconciliation
