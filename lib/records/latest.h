// Which record counts of those that tell of the same erasure, for the server: latest_of_each() in SQL. Pure;
// inside the room only.
#pragma once

#include <string>

namespace gdprd::records {

// Of an erasure that a copy of the ledger knew more of there may be several former rows (Ledger::former()):
// the one with the greatest rank counts. `of`: a table's alias.
inline std::string former_rank(const std::string& of) {
    const std::string never = "TIMESTAMP'1000-01-01 00:00:00'";
    const std::string told = "GREATEST(COALESCE(" + of + ".last_pass_at, " + never + "), " + of +
                             ".erased_at, COALESCE(" + of + ".requested_at, " + never + "))";
    return "(" + of + ".forgotten_at IS NOT NULL, " + told + ", " + of + ".status = 'superseded', -" +
           "CAST(" + of + ".id AS SIGNED))";
}

}  // namespace gdprd::records
