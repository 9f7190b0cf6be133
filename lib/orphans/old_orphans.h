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
#include "orphans/orphan_notes.h"

namespace gdprd::orphans {

class OldOrphans {
  public:
    OldOrphans(std::size_t page_rows, health::Metrics& metrics);

    // By so many pages at the most. `may_erase` is asked before each of them. False when there is more to do
    // at once.
    bool scan(const background::Run& run, const plan::Step& step, background::PageBudget& pages,
              const std::function<bool()>& may_erase);

  private:
    std::uint64_t erase(const background::Run& run, const plan::Step& step, const RowIds& page,
                        Timestamp begun_at);

    const std::size_t page_rows_;
    health::Metrics& metrics_;
};

}  // namespace gdprd::orphans
