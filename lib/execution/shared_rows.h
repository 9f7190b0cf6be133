// Changes rows that several contacts may share, once nobody refers to them any more, and what is a part of
// them: the values of an item go with the item.
//
// One call belongs to one transaction. Threads: that of its connection. Errors: DatabaseError.
#pragma once

#include <utility>
#include <vector>

#include "execution/row_changer.h"
#include "subjects/row_finder.h"

namespace gdprd::execution {

using subjects::Owners;
using subjects::PlanStatements;
using subjects::Subjects;

// By which rows each step was carried out.
using ChangedRows = std::vector<std::pair<const plan::Step*, RowScopes>>;

// Of the candidates those that nobody refers to; their parts first, because a key may keep a row that still
// has some.
ChangedRows change_shared_rows(PlanStatements& statements, RowChanger& changer, const plan::Step& shared,
                               const Owners& candidates, Subjects& subjects);

}  // namespace gdprd::execution
