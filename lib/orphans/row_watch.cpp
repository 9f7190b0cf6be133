#include "orphans/row_watch.h"

#include <limits>
#include <map>
#include <vector>

#include "base/log.h"
#include "database/quote.h"
#include "ledger/recorded_name.h"
#include "orphans/orphan_notes.h"

namespace gdprd::orphans {

using background::Checkpoints;
using background::Run;
using plan::Step;

namespace {

// How far new rows were seen; when all were walked through; and, while a walk is under way, up to which
// contact.
std::string seen_mark(const Step& step) { return "leftovers_" + ledger::recorded_name(step.table); }
std::string walked_mark(const Step& step) { return "leftovers_walked_" + ledger::recorded_name(step.table); }
std::string reached_mark(const Step& step) {
    return "leftovers_reached_" + ledger::recorded_name(step.table);
}
// The highest row when a walk began: only up to there it vouches for what it saw.
std::string begun_mark(const Step& step) { return "leftovers_begun_" + ledger::recorded_name(step.table); }
// Up to which remembered row it is known what tells it from others; all_rows when of all.
std::string told_mark(const Step& step) { return "leftovers_told_" + ledger::recorded_name(step.table); }
constexpr std::uint64_t all_rows = std::numeric_limits<std::int64_t>::max();
// When the table was made, by the server's clock.
std::string created_mark(const Step& step) {
    return "leftovers_created_" + ledger::recorded_name(step.table);
}

Checkpoints checkpoints_of(const Run& run) { return {run.connection, run.rules->ledger_database}; }

// The time as this server has it: the nodes of a cluster made the same table at different times.
struct Created {
    std::uint64_t at = 0;  // 0: the server does not tell
    std::string server;
};

constexpr std::uint64_t tolerance_seconds = 10;

Created created(database::Connection& connection, const Step& step) {
    auto rows = connection.select(
        "SELECT UNIX_TIMESTAMP(CREATE_TIME), CRC32(CONCAT(@@hostname, ':', @@port)) FROM "
        "information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = " +
            database::quote_text(step.real_table),
        {}, step.key() + ": when it was made");
    if (!rows.next()) return {};
    return {rows.number(0), std::to_string(rows.number(1))};
}

// Since it was noted, on this server or, where this one is new, on another.
bool is_made_anew(Checkpoints& checkpoints, const Step& step, const Created& table) {
    if (table.at == 0) return false;
    const auto here = checkpoints.number(created_mark(step) + "_" + table.server);
    if (!here) return checkpoints.number(created_mark(step)).has_value();
    // MariaDB may tell of a new table with a few seconds' difference, and of one whose copies it has open
    // several times: the latest counts.
    return table.at > *here + tolerance_seconds;
}

void note_created(Checkpoints& checkpoints, const Step& step, const Created& table) {
    if (table.at == 0) return;
    for (const std::string& name : {created_mark(step), created_mark(step) + "_" + table.server}) {
        if (checkpoints.number(name).value_or(0) < table.at) checkpoints.set_number(name, table.at);
    }
}

}  // namespace

RowWatch::RowWatch(std::size_t page_rows, Milliseconds full, Milliseconds overlap)
    : page_rows_(page_rows), full_(full), overlap_(overlap) {}

// An ALTER looks the same, and costs the walk only. What an erasure or Mautic deletes from the end of a table
// is no restore.
void RowWatch::begin_again_if_restored(const Run& run, const Step& step, std::uint64_t highest) {
    Checkpoints checkpoints = checkpoints_of(run);
    const Created table = created(run.connection, step);
    const auto seen = checkpoints.number(seen_mark(step));
    const bool is_lower = seen && *seen > highest;
    const bool is_restored = is_made_anew(checkpoints, step, table) || (is_lower && !step.delete_rows);
    if (is_restored) {
        log::info("a table was restored or altered: whose its rows are is recorded again",
                  {{"table", step.table}, {"up_to_row", highest}});
        walk_again(run.connection, run.rules->ledger_database, step);
        walks_.erase(step.table);
    }
    if (is_lower) {
        checkpoints.set_number(seen_mark(step), highest);
        seen_.erase(step.table);
    }
    note_created(checkpoints, step, table);
}

namespace {

// Those of the page that are there get what tells them from others. Where Mautic does not move rows when it
// merges contacts, what has no contact now was given to the one that is remembered, or that one is gone.
void tell_rows(const Run& run, ContactRows& rows, const Step& step, const std::vector<ContactRow>& page) {
    std::map<std::uint64_t, ContactId> remembered;
    for (const ContactRow& one : page) remembered.emplace(one.row, one.contact);
    const bool merges_leave = step.tie.leftovers == mautic::Leftovers::also_merged;
    std::vector<ContactRow> seen;
    std::vector<ContactRow> given;
    std::vector<ContactRow> expected;
    for (ContactRow one : rows.now(step, ids_of(page))) {
        const bool has_contact = one.contact != 0;
        if (!has_contact) one.contact = remembered.at(one.row);
        const bool is_expected = one.contact == ContactRows::deleted_before;
        (is_expected ? expected : has_contact || !merges_leave ? seen : given).push_back(one);
    }
    rows.keep(step, seen);
    rows.expect(step, expected);
    ContactRows(run.connection, run.rules->ledger_database, ContactRows::Table::given).keep(step, given);
    rows.forget(step, ids_of(given));
}

}  // namespace

bool RowWatch::can_tell_rows(const Run& run, const Step& step, background::PageBudget& pages) {
    Checkpoints checkpoints = checkpoints_of(run);
    ContactRows rows(run.connection, run.rules->ledger_database);
    std::uint64_t reached = checkpoints.number(told_mark(step)).value_or(0);
    while (reached != all_rows) {
        auto page = rows.remembered_after(step, reached, page_rows_);
        const bool is_last = page.size() < page_rows_;
        reached = is_last ? all_rows : page.back().row;
        std::erase_if(page, [](const ContactRow& one) { return one.constant.has_value(); });
        tell_rows(run, rows, step, page);
        checkpoints.set_number(told_mark(step), reached);
        if (!is_last && !pages.another()) return false;
    }
    return true;
}

void RowWatch::walk_again(database::Connection& connection, const std::string& ledger_database,
                          const Step& step) {
    Checkpoints checkpoints(connection, ledger_database);
    checkpoints.forget(walked_mark(step));
    checkpoints.set_number(reached_mark(step), 0);
}

bool RowWatch::scan(const Run& run, const Step& step, background::PageBudget& pages) {
    Checkpoints checkpoints = checkpoints_of(run);
    const std::uint64_t highest = OrphanNotes(run.connection, run.rules->ledger_database).highest_id(step);
    begin_again_if_restored(run, step, highest);
    const auto walked_at = checkpoints.time(walked_mark(step));
    const bool is_due = !walked_at || now() - *walked_at >= full_ || now() < *walked_at;
    if (is_due && !walk(run, step, highest, pages)) return false;
    return scan_new(run, step, pages);
}

// An interrupted one goes on with the contact at which it was.
bool RowWatch::walk(const Run& run, const Step& step, std::uint64_t highest, background::PageBudget& pages) {
    Checkpoints checkpoints = checkpoints_of(run);
    ContactRows rows(run.connection, run.rules->ledger_database);
    auto found = walks_.find(step.table);
    if (found == walks_.end()) {
        ContactRow begin{checkpoints.number(reached_mark(step)).value_or(0), 0};
        const auto begun_at = checkpoints.number(begun_mark(step));
        if (begin.contact == 0 || !begun_at) {
            begin.contact = 0;
            checkpoints.set_number(begun_mark(step), highest);
        }
        found = walks_.emplace(step.table, Walk{begin.contact == 0 ? highest : *begun_at, begin}).first;
    }
    Walk& walk = found->second;
    // What tells a row from others costs a look at the row itself: a later walk takes it of new ones only.
    const bool is_first = !checkpoints.time(walked_mark(step));
    for (;;) {
        const auto page = rows.by_contact(step, walk.reached, page_rows_);
        rows.keep(step, rows.now(step, is_first ? ids_of(page) : rows.unknown(step, page)));
        if (page.size() < page_rows_) break;
        walk.reached = page.back();
        checkpoints.set_number(reached_mark(step), walk.reached.contact);
        if (!pages.another()) return false;
    }
    if (!checkpoints.number(seen_mark(step))) {
        checkpoints.raise_number(seen_mark(step), walk.begun_at);
        log::info("row ownership is recorded; rows orphaned from now on will be erased",
                  {{"table", step.table}, {"up_to_row", walk.begun_at}});
    }
    checkpoints.set_number(reached_mark(step), 0);
    checkpoints.set_time(walked_mark(step), now());
    walks_.erase(found);
    return true;
}

bool RowWatch::scan_new(const Run& run, const Step& step, background::PageBudget& pages) {
    ContactRows rows(run.connection, run.rules->ledger_database);
    background::IdCursor& seen = seen_.try_emplace(step.table, seen_mark(step), overlap_).first->second;
    const auto highest = [&] {
        return OrphanNotes(run.connection, run.rules->ledger_database).highest_id(step);
    };
    const auto read_page = [&](std::uint64_t& reached) {
        const auto page = rows.after(step, reached, page_rows_);
        rows.keep(step, page);
        if (!page.empty()) reached = page.back().row;
        return page.size();
    };
    return seen.scan(run, pages, page_rows_, highest, read_page);
}

}  // namespace gdprd::orphans
