// [deleted_contacts] erase = "all": rows that had no contact when that was switched on, and of which nobody
// knows any more whether they ever had one. Once, table by table. Not of tables that Mautic leaves alone when
// it merges contacts ("also_merged" in the data map): their rows may be a living contact's.
//
// Threads: the scheduler's. Errors: DatabaseError and FilesError.
#pragma once

#include <cstdint>
#include <functional>

#include "background/task.h"
#include "health/metrics.h"
#include "orphans/leftover_rows.h"

namespace gdprd::orphans {

class OldLeftovers {
  public:
    OldLeftovers(std::size_t page_rows, health::Metrics& metrics);

    // By so many pages at the most. `may_erase` is asked before each of them. False when there is more to do
    // at once.
    bool look(const background::Look& look, const plan::Step& step, std::size_t& pages_left,
              const std::function<bool()>& may_erase);

  private:
    std::uint64_t erase(const background::Look& look, const plan::Step& step, const RowIds& page);

    const std::size_t page_rows_;
    health::Metrics& metrics_;
};

}  // namespace gdprd::orphans
