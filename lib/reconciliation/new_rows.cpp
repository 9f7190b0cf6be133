#include "reconciliation/new_rows.h"

#include <algorithm>

namespace gdprd::reconciliation {

using background::Look;
using background::pages_a_turn;

NewRows::NewRows(std::size_t page_rows, Milliseconds overlap) : page_rows_(page_rows), overlap_(overlap) {}

void NewRows::begin(const OptOuts& opt_outs) {
    restart_at(opt_outs.highest_id());
    dates_from_ = now() - overlap_;
    has_begun_ = true;
}

// A page before the end: some of its neighbours may not be committed yet.
void NewRows::restart_at(std::uint64_t highest) {
    highest_ = pending_mark_ = highest;
    mark_ = highest - std::min<std::uint64_t>(highest, page_rows_);
    pending_since_ = Clock::now();
}

void NewRows::look(const Look& look, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
                   Tally& tally) {
    behind_ = false;
    look_at_due(look, opt_outs, findings, later, tally);
    look_at_ids(look, opt_outs, findings, tally);
    look_at_dates(look, opt_outs, findings, tally);
}

void NewRows::look_at_due(const Look& look, const OptOuts& opt_outs, Findings& findings, LaterRows& later,
                          Tally& tally) {
    const Timestamp at = now();
    for (std::size_t pages = 0; !look.stop.stop_requested(); ++pages) {
        const auto ids = later.due(at, page_rows_);
        if (ids.empty()) return;
        if (pages == pages_a_turn) break;
        if (pages > 0) look.throttle.wait(look.connection, look.stop);
        findings.take(opt_outs.of(ids), tally);
        later.done(ids.size());
    }
    behind_ = true;
}

void NewRows::look_at_ids(const Look& look, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    std::uint64_t reached = mark_;
    for (std::size_t pages = 0; pages < pages_a_turn && !look.stop.stop_requested(); ++pages) {
        if (pages > 0) look.throttle.wait(look.connection, look.stop);
        const auto page = opt_outs.after(reached, page_rows_);
        findings.take(page, tally);
        if (!page.empty()) reached = page.back().id;
        if (page.size() == page_rows_) continue;
        // Below the mark nothing would be new for long: a table that was emptied, or restored.
        if (const bool looks_empty = reached == mark_; looks_empty) {
            const std::uint64_t highest = opt_outs.highest_id();
            if (highest < mark_) return restart_at(highest);
        }
        highest_ = std::max(highest_, reached);
        return move_mark();
    }
    // Too much at once to be read again: a transaction that is still open is left to the whole comparison.
    mark_ = reached;
    highest_ = std::max(highest_, reached);
    behind_ = true;
}

void NewRows::move_mark() {
    const auto at = Clock::now();
    if (at - pending_since_ < overlap_) return;
    mark_ = std::max(mark_, pending_mark_);
    pending_mark_ = highest_;
    pending_since_ = at;
}

void NewRows::look_at_dates(const Look& look, const OptOuts& opt_outs, Findings& findings, Tally& tally) {
    const std::string& index = date_index(look, opt_outs);
    if (index.empty()) return;
    const Timestamp at = now();
    if (!dates_reached_) dates_begun_ = at;
    OptOuts::Place place = dates_reached_.value_or(OptOuts::Place{dates_from_, 0});
    for (std::size_t pages = 0; pages < pages_a_turn && !look.stop.stop_requested(); ++pages) {
        if (pages > 0) look.throttle.wait(look.connection, look.stop);
        // Dates far in the future would be new for ever.
        const auto page = opt_outs.since(place, at + overlap_, index, page_rows_);
        findings.take(page, tally);
        if (page.size() < page_rows_) {
            dates_reached_.reset();
            dates_from_ = dates_begun_ - overlap_;
            return;
        }
        place = {page.back().since, page.back().id};
        dates_reached_ = place;
    }
    behind_ = true;
}

const std::string& NewRows::date_index(const Look& look, const OptOuts& opt_outs) {
    const std::string& schema = look.rules->plan->schema_digest;
    if (indexed_schema_ != schema) {
        index_ = opt_outs.date_index();
        indexed_schema_ = schema;
    }
    return index_;
}

}  // namespace gdprd::reconciliation
