#include "reconciliation/new_rows.h"

namespace gdprd::reconciliation {

using background::PageBudget;
using background::Run;

// Both cursors live in memory: the first scan after a start compares everything. By ids it begins a page
// before the end, because some of its neighbours may not be committed yet.
NewRows::NewRows(std::size_t page_rows, Milliseconds overlap)
    : page_rows_(page_rows), ids_({}, overlap, page_rows), dates_({}, overlap) {}

void NewRows::begin(const Run& run, const OptOuts& opt_outs) {
    ids_.begin(run, [&] { return opt_outs.highest_id(); });
    dates_.begin(run);
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

// What was too much at once is not read again: a transaction that is still open is left to the whole
// comparison.
void NewRows::scan_ids(const Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    const auto highest = [&] { return opt_outs.highest_id(); };
    const auto read_page = [&](std::uint64_t& reached) {
        const auto page = opt_outs.after(reached, page_rows_);
        findings.take(page, tally);
        if (!page.empty()) reached = page.back().id;
        return page.size();
    };
    if (!ids_.scan(run, page_rows_, highest, read_page)) behind_ = true;
}

void NewRows::scan_dates(const Run& run, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    const std::string& index =
        date_index_.get(run.rules->plan->schema_digest, [&] { return opt_outs.date_index(); });
    if (index.empty()) return;
    const auto read_page = [&](background::DatePlace& place, Timestamp until) {
        const auto page = opt_outs.since(place, until, index, page_rows_);
        findings.take(page, tally);
        if (!page.empty()) place = {page.back().since, page.back().id};
        return page.size();
    };
    if (!dates_.scan(run, page_rows_, read_page)) behind_ = true;
}

}  // namespace gdprd::reconciliation
