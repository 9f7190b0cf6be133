// The newest row of a table whose contact is remembered, known again by its date. The data map names a
// date that a row gets when it is made and keeps; so an id that a restore gave to somebody else's row has
// another one.
//
// It is never older than a row that is remembered: whoever remembers rows vouches for them first.
//
// Threads: the thread of its connection. Errors: DatabaseError.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "background/checkpoints.h"
#include "orphans/contact_rows.h"

namespace gdprd::orphans {

class RowWitness {
  public:
    enum class Verdict {
        same_row,   // no row that is remembered has become another one
        other_row,  // its id was used again, or it is gone though erasures keep such rows
        unknown,    // none was noted, the table has no such date, or an erasure may have deleted the row
    };

    RowWitness(database::Connection& connection, const std::string& ledger_database, const plan::Step& step);

    Verdict verdict();
    // The id of the row before it, when that one is the same row still. Where the witness is not, only ids
    // above this one may have become other rows'.
    std::optional<std::uint64_t> elder_in_its_place();
    // That one is the witness from here on.
    void step_down();
    // For these rows, and all older ones.
    void vouch_for(std::span<const ContactRow> rows);
    // When only rows are remembered that are as they were: the newest one up to `highest` from here on.
    void renew(std::uint64_t highest);

  private:
    struct DatedRow {
        std::uint64_t row = 0;
        Timestamp date;
    };
    Verdict verdict_of(const std::string& name);
    std::optional<DatedRow> newest(const std::string& condition);
    void note(const DatedRow& row);

    database::Connection& connection_;
    background::Checkpoints checkpoints_;
    const plan::Step& step_;
    const std::string name_;
    const std::string elder_name_;
};

}  // namespace gdprd::orphans
