// What tells a row from another one that has its id. Ids come into use again: after a restore of Mautic's
// database, a TRUNCATE, a move to another server. The data map names a column that a row has from its
// beginning and keeps, a date or a text of its own like a session's; of a text a short hash is remembered.
//
// `step` is one that resolve_tie() left its `leftovers`. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "database/connection.h"
#include "plan/plan.h"

namespace gdprd::orphans {

// None for NULL, an empty text, and a date before 1970: such a row cannot be known again.
using RowConstant = std::optional<std::uint64_t>;

// Of the column at this place of the row, which is `step.row_constant`.
RowConstant constant_in(const database::Rows& rows, std::size_t at, const plan::Step& step);

// "NULL" for none.
std::string literal_of(const RowConstant& constant);

}  // namespace gdprd::orphans
