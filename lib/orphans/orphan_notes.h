// Rows that hold NULL where a contact's id may be. Mautic leaves such rows behind when it deletes a contact,
// and makes others without one. Which of them are dealt with is noted in the ledger's database. Everything is
// read in the order of the primary key, by an index alone.
//
// `step` is one that resolve_tie() left its `leftovers`. Threads: the thread of its connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
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
    // Those of these rows that are there and have no contact.
    RowIds without_contact(const plan::Step& step, std::span<const std::uint64_t> ids);
    std::uint64_t highest_id(const plan::Step& step);  // 0 when there is no row

    // That they are dealt with. Those of these rows that are, in their order.
    RowIds noted(const plan::Step& step, std::span<const std::uint64_t> ids);
    void note(const plan::Step& step, std::span<const std::uint64_t> ids);
    void forget_after(const plan::Step& step, std::uint64_t row);

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string page_statement(const plan::Step& step, const RowRange& range, std::size_t rows_max);
    std::string noted_statement(const plan::Step& step, std::span<const std::uint64_t> ids) const;

  private:
    database::Connection& connection_;
    const std::string notes_;  // quoted
};

}  // namespace gdprd::orphans
