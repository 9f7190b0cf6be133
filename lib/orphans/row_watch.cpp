#include "orphans/row_watch.h"

#include <algorithm>
#include <vector>

#include "base/log.h"
#include "database/quote.h"
#include "orphans/gone_contacts.h"
#include "orphans/leftover_rows.h"

namespace gdprd::orphans {

using background::Look;
using background::Marks;
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

Marks marks_of(const Look& look) { return {look.connection, look.rules->ledger_database}; }

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

// A server that is not known may be one into which a backup was restored.
bool is_made_anew(Marks& marks, const Step& step, const Created& table) {
    if (table.at == 0) return false;
    const auto here = marks.number(created_mark(step) + "_" + table.server);
    if (!here) return marks.number(created_mark(step)).has_value();
    // MariaDB may tell of a new table with a few seconds' difference.
    return std::max(*here, table.at) - std::min(*here, table.at) > tolerance_seconds;
}

void note_created(Marks& marks, const Step& step, const Created& table) {
    if (table.at == 0) return;
    for (const std::string& name : {created_mark(step), created_mark(step) + "_" + table.server}) {
        if (marks.number(name) != table.at) marks.set_number(name, table.at);
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

}  // namespace

RowWatch::RowWatch(std::size_t page_rows, Milliseconds full, Milliseconds overlap)
    : page_rows_(page_rows), full_(full), overlap_(overlap) {}

// The marks last: an interrupted one is done again. An ALTER looks like a restore, and costs only that what
// was lost before it is left.
bool RowWatch::mind_restore(database::Connection& connection, const std::string& ledger_database,
                            const Step& step, const std::function<bool()>& go_on) {
    Marks marks(connection, ledger_database);
    LeftoverRows leftovers(connection, ledger_database);
    const Created table = created(connection, step);
    const std::uint64_t highest = leftovers.highest_id(step);
    const auto seen = marks.number(seen_mark(step));
    const bool is_lower = seen && *seen > highest;
    const bool is_new = is_made_anew(marks, step, table);
    if (is_lower || is_new) {
        ContactRows rows(connection, ledger_database);
        GoneContacts::forget_deleted(connection, ledger_database);
        rows.forget_after(step, highest);
        leftovers.forget_after(step, highest);
        if (!forget_changed(rows, step, go_on)) return true;
        marks.forget(walked_mark(step));
        marks.set_number(reached_mark(step), 0);
        if (is_lower) marks.set_number(seen_mark(step), highest);
        log::warning(
            "a table was restored or altered: rows that have no contact now are not taken for anybody's",
            {{"table", step.table}, {"up_to_row", highest}});
    }
    note_created(marks, step, table);
    return is_lower || is_new;
}

bool RowWatch::look(const Look& look, const Step& step, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    const bool is_restored = mind_restore(look.connection, look.rules->ledger_database, step, [&look] {
        look.throttle.wait(look.connection, look.stop);
        return !look.stop.stop_requested();
    });
    if (is_restored) walks_.erase(step.table);
    if (is_restored) seen_.erase(step.table);
    if (look.stop.stop_requested()) return false;
    const std::uint64_t highest = LeftoverRows(look.connection, look.rules->ledger_database).highest_id(step);
    const auto walked_at = marks.time(walked_mark(step));
    const bool is_due = !walked_at || now() - *walked_at >= full_ || now() < *walked_at;
    if (is_due && !walk(look, step, highest, pages_left)) return false;
    return look_at_new(look, step, pages_left);
}

// An interrupted one goes on with the contact at which it was.
bool RowWatch::walk(const Look& look, const Step& step, std::uint64_t highest, std::size_t& pages_left) {
    Marks marks = marks_of(look);
    ContactRows rows(look.connection, look.rules->ledger_database);
    auto found = walks_.find(step.table);
    if (found == walks_.end()) {
        ContactRow begin{marks.number(reached_mark(step)).value_or(0), 0};
        const auto begun_at = marks.number(begun_mark(step));
        if (begin.contact == 0 || !begun_at) {
            begin.contact = 0;
            marks.set_number(begun_mark(step), highest);
        }
        found = walks_.emplace(step.table, Walk{begin.contact == 0 ? highest : *begun_at, begin}).first;
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
        log::info("row ownership is recorded; rows orphaned from now on will be erased",
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
    background::SeenMark& seen = seen_.try_emplace(step.table, seen_mark(step), overlap_).first->second;
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

}  // namespace gdprd::orphans
