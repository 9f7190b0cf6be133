// The deletions that Mautic wrote into its audit log: entries "delete" about contacts. It writes one about
// the loser of a merge too.
//
// Threads: the scheduler's. Errors: DatabaseError; the next scan begins where this one did.
#pragma once

#include <cstdint>
#include <string>

#include "background/cursor.h"
#include "background/options.h"
#include "background/task.h"
#include "orphans/gone_contacts.h"

namespace gdprd::orphans {

class LoggedDeletions {
  public:
    // `mode` says whether it begins with what is new or with the oldest entry there is.
    LoggedDeletions(background::DeletedContacts mode, std::size_t page_rows, Milliseconds overlap);

    // Adds those that are new. False when there is more to do at once.
    bool scan(const background::Run& run, GoneContacts& gone, background::PageBudget& pages);

    // Exposed for the tests: the statement, for EXPLAIN.
    static std::string statement(const std::string& prefix, std::uint64_t after, std::size_t rows_max);

  private:
    const background::DeletedContacts mode_;
    const std::size_t page_rows_;
    const std::string checkpoint_;
    background::IdCursor cursor_;
};

}  // namespace gdprd::orphans
