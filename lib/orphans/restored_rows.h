// After a restore of Mautic's database rows are as they were before they were erased.
//
// Threads: the thread of its connection. Errors: DatabaseError; what was done stays, and doing it again does
// the rest.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "database/connection.h"
#include "plan/plan.h"

namespace gdprd::orphans {

// Those orphaned rows that were erased once and are there, without a contact, are expected to be erased
// again, whoever they belonged to. Rows that only have their ids are somebody else's, rows that came back
// with their contact are that one's, and rows that a merge gave to somebody since then are not touched.
// Returns how many are expected; those that the backup has erased are among them. Whose rows are, is recorded
// again.
std::uint64_t expect_erased_again(database::Connection& connection, const std::string& ledger_database,
                                  std::span<const plan::Step* const> steps);

}  // namespace gdprd::orphans
