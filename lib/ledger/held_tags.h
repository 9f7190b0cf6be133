// Which of Mautic's tags held somebody, by the rule that named them: staff may give a tag another name, and
// whoever has it is on hold all the same. Segments and fields need no such memory, because Mautic never
// deletes them by itself; a tag that nobody has any more it does (TagRepository::deleteOrphans, Mautic 7).
//
// In the ledger's table `mark`, by a digest of the rule. Threads: that of the connection. Errors:
// DatabaseError.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "database/connection.h"

namespace gdprd::ledger {

class HeldTags {
  public:
    HeldTags(database::Connection& connection, const std::string& ledger_database);

    void remember(const std::string& rule, std::uint64_t tag);
    // By the tag's id the rule that it answered to.
    std::map<std::uint64_t, std::string> find(const std::vector<std::string>& rules);

  private:
    database::Connection& connection_;
    const std::string table_;
};

}  // namespace gdprd::ledger
