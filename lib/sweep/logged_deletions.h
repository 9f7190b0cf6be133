// The deletions that Mautic wrote into its audit log: entries "delete" about contacts. It writes one about
// the loser of a merge too.
//
// Threads: the sweeper's. Errors: DatabaseError; the next look begins where this one did.
#pragma once

#include <cstdint>
#include <string>

#include "sweep/gone_contacts.h"
#include "sweep/options.h"
#include "sweep/seen_mark.h"
#include "sweep/task.h"

namespace gdprd::sweep {

class LoggedDeletions {
  public:
    // `mode` says whether it begins with what is new or with the oldest entry there is.
    LoggedDeletions(DeletedContacts mode, std::size_t page_rows, Milliseconds overlap);

    // Adds those that are new. False when there is more to do at once.
    bool look(const Look& look, GoneContacts& gone, std::size_t& pages_left);

    // Exposed for the tests: the statement, for EXPLAIN.
    static std::string statement(const std::string& prefix, std::uint64_t after, std::size_t rows_max);

  private:
    const DeletedContacts mode_;
    const std::size_t page_rows_;
    const std::string mark_name_;
    SeenMark mark_;
};

}  // namespace gdprd::sweep
