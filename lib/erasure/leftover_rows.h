// Rows that hold NULL where a contact's id was: Mautic leaves them behind when it deletes a contact. Which of
// them are dealt with, and which were there before the daemon, is noted in the ledger's database, because the
// rows themselves do not tell. Everything is read in the order of the primary key, by an index alone.
//
// `step` is one that resolve_tie() left its `leftovers`. Threads: the thread of its connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "database/connection.h"
#include "erasure/plan.h"

namespace gdprd::erasure {

using RowIds = std::vector<std::uint64_t>;

// After `after`, up to and with `until`, in their order.
struct RowRange {
    std::uint64_t after = 0;
    std::uint64_t until = 0;
};

enum class Note {
    left,    // it was there before the daemon, or never had a contact
    erased,  // dealt with
};

class LeftoverRows {
  public:
    LeftoverRows(database::Connection& connection, const std::string& ledger_database);

    RowIds without_contact(const Step& step, const RowRange& range, std::size_t rows_max);
    // Those of these rows that are there and have no contact.
    RowIds without_contact(const Step& step, std::span<const std::uint64_t> ids);
    std::uint64_t highest_id(const Step& step);  // 0 when there is no row

    RowIds noted(const Step& step, const RowRange& range, std::size_t rows_max);
    std::optional<std::uint64_t> last_noted(const Step& step);
    // Of several notes about a row `erased` counts.
    void note(const Step& step, std::span<const std::uint64_t> ids, Note what);
    void forget(const Step& step, std::span<const std::uint64_t> ids);
    void forget_left(const Step& step, const RowRange& range);
    // In all tables: after a restore of Mautic's database the rows are as they were before. Returns how many.
    std::uint64_t forget_erased();

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string page_statement(const Step& step, const RowRange& range, std::size_t rows_max);
    std::string noted_statement(const Step& step, const RowRange& range, std::size_t rows_max) const;

  private:
    database::Connection& connection_;
    const std::string notes_;  // quoted
};

}  // namespace gdprd::erasure
