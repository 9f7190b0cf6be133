// Question marks of a prepared statement. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <vector>

#include "database/value.h"

namespace gdprd::database {

// "?,?,?"; at least one.
std::string question_marks(std::size_t count);

// "(?,?,?,?)" for these values, which are added to `parameters`. Rounded up to a power of two by repeating
// the last one, so that few different statements are prepared. At least one value.
std::string in_list(std::span<const Value> values, std::vector<Value>& parameters);

}  // namespace gdprd::database
