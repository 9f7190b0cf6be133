// Tables of a plan that more than one question about rights is about. Pure.
#pragma once

#include <set>
#include <string>

#include "plan/plan.h"

namespace gdprd::rights {

// Whether such a row is the contact's is told by the values that identify it, which only the first pass
// knows: without a right on it, or on what leads to it, nobody could make good later what is left.
std::set<std::string> tables_of_named_rows(const plan::Plan& plan);

// Of internet addresses, as it is called in the database.
std::string addresses_of(const plan::Plan& plan);

}  // namespace gdprd::rights
