// Reads Mautic's do-not-contact list beside the ledger: at most so many rows a statement, through an index of
// every table it touches, without locks. Rows without a contact are among them, because a reader goes on
// from the last row it got.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "background/cursor.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "reconciliation/comparison.h"

namespace gdprd::reconciliation {

class OptOuts {
  public:
    OptOuts(database::Connection& connection, const erasure::Rules& rules);

    // In the order of their ids, those greater than `id`.
    std::vector<OptOut> after(std::uint64_t id, std::size_t rows_max) const;

    // In the order of their dates, those after `place` and before `until`. `index` is the name of an index
    // that begins with the date: see date_index().
    std::vector<OptOut> since(const background::DatePlace& place, Timestamp until, const std::string& index,
                              std::size_t rows_max) const;

    // Those of these ids that are still there.
    std::vector<OptOut> of(std::span<const std::uint64_t> ids) const;

    // 0 when there is no row.
    std::uint64_t highest_id() const;
    // "" when this Mautic has none: before 5.2.
    std::string date_index() const;

    // Exposed for the tests: the statements, for EXPLAIN.
    std::string statement_after(std::uint64_t id, std::size_t rows_max) const;
    std::string statement_since(const background::DatePlace& place, Timestamp until, const std::string& index,
                                std::size_t rows_max) const;
    std::string statement_of(std::span<const std::uint64_t> ids) const;

  private:
    std::string select(const std::string& hint) const;
    std::vector<OptOut> read(const std::string& sql) const;

    database::Connection& connection_;
    const std::string table_;     // without quotes
    const std::string ledger_;    // quoted
    const std::string contacts_;  // quoted
    const std::string policy_digest_;
    const std::string has_waited_;  // condition on its record `e`: it waited for a right that is there now
    const std::string is_back_;     // condition on its record `e` and the contact's row `l`
};

}  // namespace gdprd::reconciliation
