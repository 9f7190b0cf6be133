// A full history before and after an erasure of its first person.
#pragma once

#include <string>
#include <vector>

#include "complete/dump.h"
#include "complete/schemas.h"
#include "erasure/world.h"
#include "fixture/full_history.h"

namespace gdprd::test {

class ErasedHistory {
  public:
    explicit ErasedHistory(const SchemaCase& schema);

    // One pass; the database afterwards.
    erasure::Result erase(int pass, bool more_passes = true);
    Dump dump();
    Dump dump_of_table(const std::string& real_name);
    bool is_of_subject(const RowMaker::RowId& row) const { return history.is_of_subject(row); }
    // What changed between the two in rows that are not the subject's, but for Mautic's own anonymous
    // address.
    std::vector<std::string> changes_of_others(const Dump& before, const Dump& after) const;

    World world;
    FullHistory history;
    Needles needles;
    Dump before;
    std::string statistics_before;
};

}  // namespace gdprd::test
