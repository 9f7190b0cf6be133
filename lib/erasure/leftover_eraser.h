// Erases what Mautic left behind of contacts that it deleted: the columns of such rows get what those of an
// erased contact's rows get.
//
// Threads: the thread of its connection. Errors: DatabaseError and FilesError; nothing is changed in the
// database then.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "database/connection.h"
#include "erasure/eraser.h"

namespace gdprd::erasure {

// One step for each table whose rows may have lost their contact, in the plan's order.
std::vector<const Step*> leftover_steps(const Plan& plan);

class LeftoverEraser {
  public:
    // So many rows are a short transaction even where each has a large text.
    static constexpr std::size_t rows_max = 200;

    LeftoverEraser(database::Connection& connection, const Rules& rules);

    // At most `rows_max` of the table's rows, in one transaction together with the note that they are dealt
    // with. Those that have a contact are left alone. Returns what was changed, their dependent rows
    // included.
    Counts erase(const Step& step, std::span<const std::uint64_t> ids);

  private:
    void remove_files(Subject& subject) const;

    database::Connection& connection_;
    const Rules& rules_;
};

}  // namespace gdprd::erasure
