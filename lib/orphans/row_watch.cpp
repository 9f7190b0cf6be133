#include "orphans/row_watch.h"

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "database/quote.h"
#include "orphans/gone_contacts.h"
#include "orphans/orphan_notes.h"
#include "orphans/row_witness.h"

namespace gdprd::orphans {

using background::Checkpoints;
using background::Run;
using plan::Step;

namespace {

// How far new rows were seen; when all were walked through; and, while a walk is under way, up to which
// contact.
std::string seen_mark(const Step& step) { return "leftovers_" + step.table; }
std::string walked_mark(const Step& step) { return "leftovers_walked_" + step.table; }
std::string reached_mark(const Step& step) { return "leftovers_reached_" + step.table; }
// The highest row when a walk began: only up to there it vouches for what it saw.
std::string begun_mark(const Step& step) { return "leftovers_begun_" + step.table; }
// When the table was made, by the server's clock.
std::string created_mark(const Step& step) { return "leftovers_created_" + step.table; }

constexpr std::size_t portion = 1'000;

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

// The time tells of a restore, and of an ALTER, which looks the same. Where it tells nothing the witness has
// to: some servers do not tell it for a while, and an earlier one may be that of an older copy of the table.
// A server that is not known may be one into which a backup was restored.
bool may_be_made_anew(Checkpoints& checkpoints, RowWitness::Verdict verdict, const Step& step,
                      const Created& table) {
    if (verdict == RowWitness::Verdict::other_row) return true;
    const bool has_witness = verdict == RowWitness::Verdict::same_row;
    const bool is_watched =
        checkpoints.number(created_mark(step)).has_value() || checkpoints.number(seen_mark(step)).has_value();
    if (table.at == 0) return is_watched && !has_witness;
    const auto here = checkpoints.number(created_mark(step) + "_" + table.server);
    if (!here) return is_watched;
    // MariaDB may tell of a new table with a few seconds' difference.
    if (table.at > *here + tolerance_seconds) return true;
    return table.at + tolerance_seconds < *here && !has_witness;
}

// Of several times that this server tells of one table the latest counts.
void note_created(Checkpoints& checkpoints, const Step& step, const Created& table, bool is_restored) {
    if (table.at == 0) return;
    for (const std::string& name : {created_mark(step), created_mark(step) + "_" + table.server}) {
        const auto noted = checkpoints.number(name);
        if (!noted || *noted < table.at || is_restored) checkpoints.set_number(name, table.at);
    }
}

// Those of the page whose rows do not have that contact now.
RowIds changed_rows(ContactRows& rows, const Step& step, const std::vector<ContactRow>& page) {
    RowIds ids;
    for (const ContactRow& one : page) ids.push_back(one.row);
    std::map<std::uint64_t, ContactId> present;
    for (const ContactRow& one : rows.now(step, ids)) present[one.row] = one.contact;
    RowIds changed;
    for (const ContactRow& one : page) {
        const auto found = present.find(one.row);
        const bool holds = found != present.end() && found->second != 0 && found->second == one.contact;
        if (!holds) changed.push_back(one.row);
    }
    return changed;
}

// False when it was ended.
bool forget_changed(ContactRows& rows, const Step& step, const std::function<bool()>& go_on) {
    for (std::uint64_t after = 0;;) {
        const auto page = rows.remembered(step, after, portion);
        rows.forget(step, changed_rows(rows, step, page));
        if (page.size() < portion) return true;
        after = page.back().row;
        if (!go_on()) return false;
    }
}

void remember(const Run& run, ContactRows& rows, const Step& step, const std::vector<ContactRow>& page) {
    RowWitness(run.connection, run.rules->ledger_database, step).vouch_for(page);
    rows.keep(step, page);
}

}  // namespace

RowWatch::RowWatch(std::size_t page_rows, Milliseconds full, Milliseconds overlap)
    : page_rows_(page_rows), full_(full), overlap_(overlap) {}

// The marks last: an interrupted one is done again. An ALTER looks like a restore, and costs only that what
// was lost before it is left.
bool RowWatch::mind_restore(database::Connection& connection, const std::string& ledger_database,
                            const Step& step, const std::function<bool()>& go_on) {
    Checkpoints checkpoints(connection, ledger_database);
    OrphanNotes leftovers(connection, ledger_database);
    const Created table = created(connection, step);
    const std::uint64_t highest = leftovers.highest_id(step);
    auto seen = checkpoints.number(seen_mark(step));
    RowWitness witness(connection, ledger_database, step);
    ContactRows rows(connection, ledger_database);
    auto verdict = witness.verdict();
    const auto elder = verdict == RowWitness::Verdict::same_row ? std::nullopt : witness.elder_in_its_place();
    if (elder) {
        rows.forget_after(step, *elder);
        leftovers.forget_after(step, *elder);
        if (seen && *seen > *elder) {
            seen = elder;
            checkpoints.set_number(seen_mark(step), *seen);
        }
        witness.step_down();
        verdict = witness.verdict();
    }
    const bool is_lower = seen && *seen > highest;
    const bool is_restored = is_lower || may_be_made_anew(checkpoints, verdict, step, table);
    if (is_restored) {
        GoneContacts::forget_deleted(connection, ledger_database);
        rows.forget_after(step, highest);
        leftovers.forget_after(step, highest);
        if (!forget_changed(rows, step, go_on)) return true;
        witness.renew(highest);
        checkpoints.forget(walked_mark(step));
        checkpoints.set_number(reached_mark(step), 0);
        if (is_lower) checkpoints.set_number(seen_mark(step), highest);
        log::warning(
            "a table was restored or altered: rows that have no contact now are not taken for anybody's",
            {{"table", step.table}, {"up_to_row", highest}});
    }
    note_created(checkpoints, step, table, is_restored);
    return is_restored;
}

bool RowWatch::scan(const Run& run, const Step& step, background::PageBudget& pages) {
    Checkpoints checkpoints = checkpoints_of(run);
    const bool is_restored = mind_restore(run.connection, run.rules->ledger_database, step, [&run] {
        run.throttle.wait(run.connection, run.stop);
        return !run.stop.stop_requested();
    });
    if (is_restored) walks_.erase(step.table);
    if (is_restored) seen_.erase(step.table);
    if (run.stop.stop_requested()) return false;
    const std::uint64_t highest = OrphanNotes(run.connection, run.rules->ledger_database).highest_id(step);
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
    for (;;) {
        const auto page = rows.by_contact(step, walk.reached, page_rows_);
        remember(run, rows, step, page);
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
        remember(run, rows, step, page);
        if (!page.empty()) reached = page.back().row;
        return page.size();
    };
    return seen.scan(run, pages, page_rows_, highest, read_page);
}

}  // namespace gdprd::orphans
