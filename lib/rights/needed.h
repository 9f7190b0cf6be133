// What the daemon's account must be allowed in Mautic's database and in the ledger's, and how each of these
// rights is tried.
//
// Rights are tried, not read from SHOW GRANTS: wildcards, roles and rights on columns make that a guess.
// Every trial has a condition that no row meets, so nothing changes. What no plan needs is not tried, because
// refusals would fill a server's audit log. Pure.
#pragma once

#include <string>
#include <vector>

#include "erasure/rules.h"

namespace gdprd::rights {

struct Right {
    std::string database;  // the ledger's, or one whose tables refer to Mautic's; "" for Mautic's own
    std::string real_table;
    std::string privilege;  // "UPDATE", …
    std::string trial;      // a statement that the server refuses without it
    bool reads = false;     // the trial is a SELECT
    bool stops_all = false;
};

// Those that an erasure by these rules needs on Mautic's tables.
std::vector<Right> needed_rights(const erasure::Rules& rules);

// Of these the one to add the row that stands for "some address", which is added once.
bool is_for_anonymous_row(const Right& right, const plan::Plan& plan);

// Those that it needs on the ledger's tables; nobody is erased without one of them. With `background` those
// that the background looks need as well. `notifies`: other systems are told of each erasure.
std::vector<Right> needed_ledger_rights(const std::string& ledger_database, bool background = false,
                                        bool notifies = false);

// Those that are needed to send notifications (ledger/outbox.h).
std::vector<Right> needed_notification_rights(const std::string& ledger_database);

// Those that a look-up needs on its log (lookup/log.h), and those of which it must have none.
std::vector<Right> needed_lookup_log_rights(const std::string& ledger_database);
std::vector<Right> rights_beyond_lookup_log(const std::string& ledger_database);

// Those that are needed to seal the ledger (seal/store.h), and those of which it must have none.
std::vector<Right> needed_seal_rights(const std::string& ledger_database);
std::vector<Right> rights_beyond_seals(const std::string& ledger_database);

// What nobody needs to be erased: to put people who came back on the do-not-contact list.
Right right_to_opt_out(const plan::Plan& plan);

}  // namespace gdprd::rights
