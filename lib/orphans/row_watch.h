// Sees which contact the rows belong to that Mautic keeps when it deletes one, and remembers it
// (orphans/contact_rows.h): new rows by their ids, and all of them, in the order of the contacts, when it is
// switched on and every `full`, because Mautic may fill in a contact or give a row to another one later.
//
// What is not seen in time is never taken for somebody's: a row whose contact goes before the next scan, or
// that a transaction commits without one, however late, stays as it is.
//
// Ids come into use again, by rows of other people: after a restore of Mautic's database, for example. That
// does no harm, because a row is remembered with what tells it from others (orphans/row_constant.h). Where a
// table that was made anew, or a lower highest id, shows it, all rows are walked through again.
//
// Threads: the scheduler's. Errors: DatabaseError; the next scan goes on where this one was.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "background/checkpoints.h"
#include "background/cursor.h"
#include "background/task.h"
#include "orphans/contact_rows.h"

namespace gdprd::orphans {

class RowWatch {
  public:
    // `overlap`: for so long new rows are read again and again, because a transaction that began earlier may
    // commit a lower id later, and because Mautic may fill in the contact a moment later.
    RowWatch(std::size_t page_rows, Milliseconds full, Milliseconds overlap);

    // Rows that a ledger of before format 7 remembers get what tells them from others, by their ids, which is
    // all that was known of them then. False until that is done: nothing of the table may be judged by it.
    bool can_tell_rows(const background::Run& run, const plan::Step& step, background::PageBudget& pages);
    // By so many pages at the most. False when there is more to do at once.
    bool scan(const background::Run& run, const plan::Step& step, background::PageBudget& pages);

    // The next scan walks through all rows, and reads of each what tells it from others.
    static void walk_again(database::Connection& connection, const std::string& ledger_database,
                           const plan::Step& step);

  private:
    // A walk through all rows that have a contact.
    struct Walk {
        std::uint64_t begun_at = 0;  // the highest row then
        ContactRow reached;
    };

    void begin_again_if_restored(const background::Run& run, const plan::Step& step, std::uint64_t highest);
    bool walk(const background::Run& run, const plan::Step& step, std::uint64_t highest,
              background::PageBudget& pages);
    bool scan_new(const background::Run& run, const plan::Step& step, background::PageBudget& pages);

    const std::size_t page_rows_;
    const Milliseconds full_;
    const Milliseconds overlap_;
    std::map<std::string, Walk> walks_;                 // by table
    std::map<std::string, background::IdCursor> seen_;  // by table
};

}  // namespace gdprd::orphans
