// A contact with very many rows in a table: they are processed a bounded number at a time, each chunk in a
// transaction of its own, and what is left then is done as usual. Rows that hang on those of a chunk, the
// devices a mail was read on for example, are processed with it.
//
// One object serves one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <map>

#include "execution/post_condition_check.h"
#include "execution/row_changer.h"
#include "subjects/row_finder.h"
#include "subjects/subject.h"

namespace gdprd::execution {

using subjects::Owners;
using subjects::PlanStatements;
using subjects::Progress;
using subjects::RowFinder;
using subjects::Subjects;

class LongHistory {
  public:
    // More than `chunk_rows` rows of the contacts in one table are no work for one transaction; SIZE_MAX: it
    // is not asked how many there are. Both references outlive the object.
    LongHistory(PlanStatements& statements, const RowFinder& finder, std::size_t chunk_rows);

    // A table in which the contacts together have more rows left; none when there is none.
    const plan::Step* table() const { return table_; }
    // The next rows of the progress's contact in that table, and what nobody refers to any more after it.
    // Fills counts. Returns what was changed, for the check.
    PostConditionCheck::Chunk run_chunk(RowChanger& changer, Subjects& subjects, Progress& progress);

  private:
    // By step, the rows that hang on those of a chunk and are processed with it.
    using Hanging = std::map<const plan::Step*, Owners>;
    void find_table();
    statements::KeyRange next_range(const Progress& progress);
    Hanging rows_hanging_on(const statements::KeyRange& range);
    std::map<const plan::Step*, Owners> shared_rows_of(const statements::KeyRange& range, ContactId contact,
                                                       const Hanging& hanging);

    PlanStatements& statements_;
    const RowFinder& finder_;
    const std::size_t chunk_rows_;
    const plan::Step* table_ = nullptr;
};

}  // namespace gdprd::execution
