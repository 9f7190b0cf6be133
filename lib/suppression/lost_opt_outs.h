// Merges in Mautic that took an opt-out away: the contact that goes loses its do-not-contact row with it, and
// the one that stays may be written to again. What the ledger knows of the one that is gone tells.
//
// It is reported and nothing else: whether the address that stays is the one that opted out, or the person's
// new one with a new consent, is not in the database.
//
// Threads: the scheduler's. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "background/cursor.h"
#include "background/task.h"
#include "health/metrics.h"

namespace gdprd::suppression {

struct Merge {
    ContactId winner = 0;
    ContactId loser = 0;  // gone
};

class LostOptOuts {
  public:
    LostOptOuts(std::size_t page_rows, Milliseconds overlap, health::Metrics& metrics);

    // False when there is more to do at once.
    bool scan(const background::Run& run);

    // Exposed for the tests: the statements, for EXPLAIN.
    static std::string winners_statement(const std::string& prefix, std::uint64_t after,
                                         std::size_t rows_max);
    static std::string losers_statement(const background::Run& run, const std::vector<ContactId>& winners);

  private:
    void judge(const background::Run& run, const std::vector<ContactId>& winners);

    const std::size_t page_rows_;
    health::Metrics& metrics_;
    background::IdCursor cursor_;
};

}  // namespace gdprd::suppression
