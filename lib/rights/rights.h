// What the daemon's account may not do in Mautic's database and in the ledger's, and what an erasure does
// without it.
//
// Each new form of Mautic is a new table, and a right can be taken back any day. What such a table holds of a
// contact then waits, and is counted, while everything else is erased; a later pass does it once the right is
// there. Rights are tried, not read from SHOW GRANTS: wildcards, roles and rights on columns make that a
// guess. Every trial has a condition that no row meets, so nothing changes.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "database/connection.h"
#include "erasure/eraser.h"
#include "plan/plan.h"

namespace gdprd::rights {

struct Right {
    std::string database;  // the ledger's; "" for Mautic's own
    std::string real_table;
    std::string privilege;  // "UPDATE", …
    std::string trial;      // a statement that the server refuses without it
    bool reads = false;     // the trial is a SELECT
    bool stops_all = false;
};

// Those that an erasure by these rules needs on Mautic's tables. Throws DatabaseError.
std::vector<Right> needed_rights(database::Connection& connection, const erasure::Rules& rules);

// Those that it needs on the ledger's tables; nobody is erased without one of them. With `background` those
// that the background looks need as well. Pure.
std::vector<Right> needed_ledger_rights(const std::string& ledger_database, bool background = false);

// What nobody needs to be erased: to put people who came back on the do-not-contact list. Pure.
Right right_to_opt_out(const plan::Plan& plan);

// Those of them that are missing, each once. Nothing when the server lets nobody try just now.
std::optional<std::vector<plan::MissingRight>> find_missing_rights(database::Connection& connection,
                                                                   const std::vector<Right>& needed);
// The same for all that an erasure needs, also on the ledger's tables.
std::optional<std::vector<plan::MissingRight>> find_missing_rights(database::Connection& connection,
                                                                   const erasure::Rules& rules);

// The plan without what these rights would be needed for, and without whatever would cut the ties by which
// that is found later. What no erasure can do without (to read, to lock contacts and opt-outs, to change the
// contact's own row) stays in it. Pure.
plan::Plan without_rights(plan::Plan plan, const std::vector<plan::MissingRight>& missing);

// Under which tables (without the prefix) and columns every pass counts anew what waits, and nothing waits
// now: a record that names one waited for a right that is there by now, and the next pass makes it good. Rows
// that only their text ties are not among them, because that pass may not find them. Pure.
std::set<std::pair<std::string, std::string>> columns_done_waiting(const plan::Plan& plan);

// The rules that can be carried out with the rights of this moment.
std::shared_ptr<const erasure::Rules> within_rights(database::Connection& connection,
                                                    const std::shared_ptr<const erasure::Rules>& rules);

}  // namespace gdprd::rights
