// What the daemon's account may not do, found out by trying it.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "database/connection.h"
#include "erasure/rules.h"
#include "rights/needed.h"
#include "rights/reduction.h"

namespace gdprd::rights {

// Those of them that this account lacks, each once, as far as no table is locked by somebody else. Nothing
// when it cannot be said just now: the server lets nobody try, or tables are locked. Waits for locks no
// longer than a few seconds in all. Throws DatabaseError.
std::optional<std::vector<Right>> find_missing(database::Connection& connection,
                                               const std::vector<Right>& needed);

// The same with the statement that gives each.
std::optional<std::vector<plan::MissingRight>> find_missing_rights(database::Connection& connection,
                                                                   const std::vector<Right>& needed);
// The same for all that an erasure needs, also on the ledger's tables.
std::optional<std::vector<plan::MissingRight>> find_missing_rights(database::Connection& connection,
                                                                   const erasure::Rules& rules);

// needed_rights() as the database is now: the row that stands for "some address" may be there already.
std::vector<Right> needed_now(database::Connection& connection, const erasure::Rules& rules);

// The rules that can be carried out with the rights of this moment.
std::shared_ptr<const erasure::Rules> within_rights(database::Connection& connection,
                                                    const std::shared_ptr<const erasure::Rules>& rules);

}  // namespace gdprd::rights
