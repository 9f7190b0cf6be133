// What the rules of [hold] have named in Mautic until now, by Mautic's ids: staff may give a tag or segment
// another name, or its name to another one, and whoever has it is on hold all the same. A field is remembered
// so that one which was deleted and made again is told from it.
//
// In the ledger's table `mark`, by a digest of the rule: one that is written in another way begins anew.
// Threads: that of the connection. Errors: DatabaseError.
#pragma once

#include <set>
#include <string>

#include "database/connection.h"
#include "policy/holds.h"

namespace gdprd::ledger {

class HoldMemory {
  public:
    HoldMemory(database::Connection& connection, const std::string& ledger_database);

    void remember(const std::set<policy::HeldBy>& named);
    // What today's rules have named.
    std::set<policy::HeldBy> find(const policy::Holds& holds);

  private:
    database::Connection& connection_;
    const std::string table_;
};

}  // namespace gdprd::ledger
