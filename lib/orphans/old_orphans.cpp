#include "orphans/old_orphans.h"

#include <algorithm>
#include <iterator>
#include <span>

#include "background/checkpoints.h"
#include "base/log.h"
#include "ledger/recorded_name.h"
#include "orphans/contact_rows.h"
#include "orphans/orphan_eraser.h"

namespace gdprd::orphans {

using background::Run;
using plan::Step;

namespace {

constexpr Milliseconds day = std::chrono::days{1};

RowIds without(const RowIds& rows, const RowIds& others) {
    RowIds rest;
    std::set_difference(rows.begin(), rows.end(), others.begin(), others.end(), std::back_inserter(rest));
    return rest;
}

}  // namespace

OldOrphans::OldOrphans(std::size_t page_rows, health::Metrics& metrics)
    : page_rows_(page_rows), metrics_(metrics) {}

bool OldOrphans::scan(const Run& run, const Step& step, background::PageBudget& pages,
                      const std::function<bool()>& may_erase) {
    const std::string until_mark = "old_leftovers_" + ledger::recorded_name(step.table);
    const std::string reached_mark = "old_leftovers_reached_" + ledger::recorded_name(step.table);
    background::Checkpoints checkpoints(run.connection, run.rules->ledger_database);
    OrphanNotes rows(run.connection, run.rules->ledger_database);
    const auto until = checkpoints.number(until_mark);
    if (!until) {
        checkpoints.set_time(until_mark, now());
        checkpoints.set_number(until_mark, rows.highest_id(step));
        if (step.tie.leftovers == mautic::Leftovers::also_merged) {
            log::info("older rows without a contact are left alone: they may belong to merged contacts",
                      {{"table", step.table}});
        }
        return step.tie.leftovers != mautic::Leftovers::lost_contact;
    }
    const Timestamp begun_at = checkpoints.time(until_mark).value_or(Timestamp{});
    const bool is_young = now() - begun_at < day;
    if (step.tie.leftovers == mautic::Leftovers::also_merged) return true;
    if (step.tie.leftovers == mautic::Leftovers::after_a_day && is_young) return true;
    for (std::uint64_t reached = checkpoints.number(reached_mark).value_or(0); reached < *until;) {
        if (!may_erase()) return true;
        const auto page = rows.without_contact(step, {reached, *until}, page_rows_);
        const auto erased = erase(run, step, page, begun_at);
        if (erased > 0)
            log::info("erased old rows without a contact", {{"table", step.table}, {"rows", erased}});
        if (run.stop.stop_requested()) return false;
        reached = page.size() < page_rows_ ? *until : page.back();
        checkpoints.set_number(reached_mark, reached);
        if (reached == *until) break;
        if (!pages.another()) return false;
    }
    return true;
}

// Not those whose contact is known after all: what became of that decides. Nor rows that came under such ids
// later, after a restore for instance: their date says so. A row without a date was never seen to be old.
std::uint64_t OldOrphans::erase(const Run& run, const Step& step, const RowIds& page, Timestamp begun_at) {
    if (page.empty() || step.row_date.empty()) return 0;
    OrphanNotes notes(run.connection, run.rules->ledger_database);
    ContactRows known(run.connection, run.rules->ledger_database);
    ContactRows given(run.connection, run.rules->ledger_database, ContactRows::Table::given);
    const RowIds ids = without(without(notes.dated_before(step, page, begun_at), known.known(step, page)),
                               given.known(step, page));
    std::vector<ContactRow> rows = known.now(step, ids);
    const RowIds noted = notes.noted(step, rows);
    std::erase_if(
        rows, [&](const ContactRow& one) { return std::binary_search(noted.begin(), noted.end(), one.row); });
    OrphanEraser eraser(run.connection, *run.rules);
    std::uint64_t erased = 0;
    for (std::size_t at = 0; at < rows.size() && !run.stop.stop_requested(); at += OrphanEraser::rows_max) {
        const std::span<const ContactRow> batch(rows.data() + at,
                                                std::min(rows.size() - at, OrphanEraser::rows_max));
        run.throttle.wait(run.connection, run.stop);
        erased += eraser.erase(step, batch, ContactRows::Table::seen, [] { return true; })->total();
    }
    metrics_.leftover_rows(erased);
    return erased;
}

}  // namespace gdprd::orphans
