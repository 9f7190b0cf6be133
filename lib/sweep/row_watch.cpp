#include "sweep/row_watch.h"

#include "base/log.h"
#include "erasure/leftover_rows.h"

namespace gdprd::sweep {

using erasure::ContactRow;
using erasure::ContactRows;
using erasure::LeftoverRows;
using erasure::Step;

namespace {

// How far new rows were seen; when all were walked through; and, while a walk is under way, up to which
// contact.
std::string seen_mark(const Step& step) { return "leftovers_" + step.table; }
std::string walked_mark(const Step& step) { return "leftovers_walked_" + step.table; }
std::string reached_mark(const Step& step) { return "leftovers_reached_" + step.table; }

Marks marks_of(const Look& look) { return {look.connection, look.rules->ledger_database}; }

}  // namespace

RowWatch::RowWatch(std::size_t page_rows, Milliseconds full, Milliseconds overlap)
    : page_rows_(page_rows), full_(full), overlap_(overlap) {}

bool RowWatch::look(const Look& look, const Step& step, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    const std::uint64_t highest = LeftoverRows(look.connection, look.rules->ledger_database).highest_id(step);
    const auto seen = marks.number(seen_mark(step));
    if (seen && *seen > highest) forget_what_is_gone(look, step, highest);
    const auto walked_at = marks.time(walked_mark(step));
    const bool is_due = !walked_at || now() - *walked_at >= full_ || now() < *walked_at;
    if (is_due && !walk(look, step, highest, pages_left)) return false;
    return look_at_new(look, step, pages_left);
}

// Mautic's database was restored, or the youngest rows are gone: ids that come are new ones.
void RowWatch::forget_what_is_gone(const Look& look, const Step& step, std::uint64_t highest) {
    ContactRows(look.connection, look.rules->ledger_database).forget_after(step, highest);
    LeftoverRows(look.connection, look.rules->ledger_database).forget_after(step, highest);
}

// An interrupted one goes on with the contact at which it was.
bool RowWatch::walk(const Look& look, const Step& step, std::uint64_t highest, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    ContactRows rows(look.connection, look.rules->ledger_database);
    auto found = walks_.find(step.table);
    if (found == walks_.end()) {
        const ContactRow begin{marks.number(reached_mark(step)).value_or(0), 0};
        found = walks_.emplace(step.table, Walk{highest, begin}).first;
    }
    Walk& walk = found->second;
    for (;;) {
        const auto page = rows.by_contact(step, walk.reached, page_rows_);
        rows.keep(step, page);
        if (page.size() < page_rows_) break;
        walk.reached = page.back();
        marks.set_number(reached_mark(step), walk.reached.contact);
        if (pages_left == 0 || look.stop.stop_requested()) return false;
        --pages_left;
        look.throttle.wait(look.connection, look.stop);
    }
    if (!marks.number(seen_mark(step))) {
        marks.raise_number(seen_mark(step), walk.begun_at);
        log::info("knows the rows of contacts; those that lose a deleted one from now on are erased",
                  {{"table", step.table}, {"up_to_row", walk.begun_at}});
    }
    marks.set_number(reached_mark(step), 0);
    marks.set_time(walked_mark(step), now());
    walks_.erase(found);
    return true;
}

bool RowWatch::look_at_new(const Look& look, const Step& step, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    ContactRows rows(look.connection, look.rules->ledger_database);
    SeenMark& seen = seen_.try_emplace(step.table, seen_mark(step), overlap_).first->second;
    std::uint64_t reached = seen.begin(
        marks, [&] { return LeftoverRows(look.connection, look.rules->ledger_database).highest_id(step); });
    for (;;) {
        const auto page = rows.after(step, reached, page_rows_);
        rows.keep(step, page);
        if (!page.empty()) reached = page.back().row;
        const bool through = page.size() < page_rows_;
        if (through || pages_left == 0 || look.stop.stop_requested()) {
            seen.end(marks, reached, through);
            return through;
        }
        --pages_left;
        look.throttle.wait(look.connection, look.stop);
    }
}

}  // namespace gdprd::sweep
