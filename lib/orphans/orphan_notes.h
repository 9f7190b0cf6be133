// Rows that hold NULL where a contact's id may be. Mautic leaves such rows behind when it deletes a contact,
// and makes others without one. Which of them are dealt with is noted in the ledger's database, with what
// told them from others when they were erased. Everything is read in the order of the primary key.
//
// `step` is one that resolve_tie() left its `leftovers`. Threads: the thread of its connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "database/connection.h"
#include "orphans/contact_rows.h"
#include "orphans/row_ids.h"
#include "plan/plan.h"

namespace gdprd::orphans {

// After `after`, up to and with `until`, in their order.
struct RowRange {
    std::uint64_t after = 0;
    std::uint64_t until = 0;
};

class OrphanNotes {
  public:
    OrphanNotes(database::Connection& connection, const std::string& ledger_database);

    RowIds without_contact(const plan::Step& step, const RowRange& range, std::size_t rows_max);
    // Those of these rows whose date is before that second, in their order: Mautic dates to the second.
    RowIds dated_before(const plan::Step& step, std::span<const std::uint64_t> ids, Timestamp second);
    std::uint64_t highest_id(const plan::Step& step);  // 0 when there is no row

    // That they are dealt with. Those of these rows that are, in their order; not those that only have such a
    // row's id.
    RowIds noted(const plan::Step& step, std::span<const ContactRow> rows);
    void note(const plan::Step& step, std::span<const ContactRow> rows);
    // The next ones that can be known again, with no contact.
    std::vector<ContactRow> noted_after(const plan::Step& step, std::uint64_t row, std::size_t rows_max);

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string page_statement(const plan::Step& step, const RowRange& range, std::size_t rows_max);
    std::string noted_statement(const plan::Step& step, std::span<const std::uint64_t> ids) const;

  private:
    database::Connection& connection_;
    const std::string notes_;  // quoted
};

}  // namespace gdprd::orphans
