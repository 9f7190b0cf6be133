#include "sweep/leftover_frontier.h"

#include "base/log.h"

namespace gdprd::sweep {

using erasure::LeftoverRows;
using erasure::RowRange;
using erasure::Step;

namespace {

constexpr Milliseconds day = std::chrono::days{1};

std::string frontier_mark(const Step& step) { return "leftovers_" + step.table; }
std::string height_mark(const Step& step) { return "leftovers_height_" + step.table; }
std::string all_mark(const Step& step) { return "leftovers_all_" + step.table; }

LeftoverRows rows_of(const Look& look) { return {look.connection, look.rules->ledger_database}; }
Marks marks_of(const Look& look) { return {look.connection, look.rules->ledger_database}; }

// The time first: after a crash between the two the frontier waits longer, and does not come too early.
void set_height(Marks marks, const Step& step, std::uint64_t row) {
    marks.set_time(height_mark(step), now());
    marks.set_number(height_mark(step), row);
}

}  // namespace

LeftoverFrontier::LeftoverFrontier(DeletedContacts mode, std::size_t page_rows, Milliseconds born_within)
    : mode_(mode), page_rows_(page_rows), born_within_(born_within) {}

std::optional<std::uint64_t> LeftoverFrontier::of(Marks& marks, const Step& step) {
    return marks.number(frontier_mark(step));
}

bool LeftoverFrontier::advance(const Look& look, const Step& step, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    if (mode_ == DeletedContacts::all && !marks.number(all_mark(step)) &&
        !forget_left(look, step, pages_left)) {
        return false;
    }
    auto frontier = of(marks, step);
    if (!frontier) return begin(look, step, pages_left);
    // Mautic's database was restored, or the youngest rows are gone: ids that come are new ones.
    if (const std::uint64_t highest = rows_of(look).highest_id(step); highest < *frontier) {
        frontier = highest;
        marks.set_number(frontier_mark(step), highest);
        heights_.erase(step.table);
        if (marks.number(height_mark(step)).value_or(0) > highest) set_height(marks, step, highest);
    }
    if (step.tie.leftovers == mautic::Leftovers::after_a_day) {
        advance_by_day(look, step);
        return true;
    }
    return advance_by_birth(look, step, *frontier, pages_left);
}

// What was left before `all` was wanted is not left any more. The frontier stays where it is.
bool LeftoverFrontier::forget_left(const Look& look, const Step& step, std::size_t& pages_left) {
    LeftoverRows rows = rows_of(look);
    RowRange range{forgotten_[step.table], rows.last_noted(step).value_or(0)};
    for (;;) {
        const auto page = rows.noted(step, range, page_rows_);
        if (page.empty()) break;
        rows.forget_left(step, {range.after, page.back()});
        range.after = forgotten_[step.table] = page.back();
        if (pages_left == 0 || look.stop.stop_requested()) return false;
        --pages_left;
        look.throttle.wait(look.connection, look.stop);
    }
    marks_of(look).set_number(all_mark(step), 1);
    return true;
}

// Notes the rows of the range that have no contact. False when the pages did not suffice; the range is then
// what is left.
bool LeftoverFrontier::note_range(const Look& look, const Step& step, RowRange& range,
                                  std::size_t& pages_left) {
    LeftoverRows rows = rows_of(look);
    for (;;) {
        const auto page = rows.without_contact(step, range, page_rows_);
        rows.note(step, page, erasure::Note::left);
        if (page.size() < page_rows_) return true;
        range.after = page.back();
        if (pages_left == 0 || look.stop.stop_requested()) return false;
        --pages_left;
        look.throttle.wait(look.connection, look.stop);
    }
}

// The first time: an interrupted one goes on after the last row that was noted.
bool LeftoverFrontier::begin(const Look& look, const Step& step, std::size_t& pages_left) {
    LeftoverRows rows = rows_of(look);
    const auto [baseline, is_new] = baselines_.try_emplace(step.table, 0);
    if (is_new) baseline->second = rows.highest_id(step);
    const bool by_day = step.tie.leftovers == mautic::Leftovers::after_a_day;
    if (mode_ != DeletedContacts::all) {
        RowRange range{rows.last_noted(step).value_or(0), baseline->second};
        if (!note_range(look, step, range, pages_left)) return false;
        log::info("noted what has no contact; what loses its contact from now on is erased",
                  {{"table", step.table}, {"up_to_row", baseline->second}});
    }
    if (by_day) set_height(marks_of(look), step, baseline->second);
    // Of all rows the youngest may still get a contact, unless they are noted.
    const bool from_zero = by_day && mode_ == DeletedContacts::all;
    marks_of(look).raise_number(frontier_mark(step), from_zero ? 0 : baseline->second);
    baselines_.erase(baseline);
    return true;
}

bool LeftoverFrontier::advance_by_birth(const Look& look, const Step& step, std::uint64_t frontier,
                                        std::size_t& pages_left) {
    const auto at = Clock::now();
    const auto [height, is_new] = heights_.try_emplace(step.table);
    if (!is_new && at - height->second.at >= born_within_) {
        RowRange range{frontier, height->second.row};
        const bool done = range.until <= frontier || note_range(look, step, range, pages_left);
        const std::uint64_t reached = done ? range.until : range.after;
        if (reached > frontier) marks_of(look).raise_number(frontier_mark(step), reached);
        if (!done) return false;
    } else if (!is_new) {
        return true;
    }
    height->second = {rows_of(look).highest_id(step), at};
    return true;
}

void LeftoverFrontier::advance_by_day(const Look& look, const Step& step) {
    Marks marks = marks_of(look);
    const auto since = marks.time(height_mark(step));
    if (since && now() - *since < day && now() >= *since) return;
    const auto height = marks.number(height_mark(step));
    const std::uint64_t highest = rows_of(look).highest_id(step);
    if (since && height && now() >= *since) marks.raise_number(frontier_mark(step), *height);
    set_height(marks, step, highest);
}

}  // namespace gdprd::sweep
