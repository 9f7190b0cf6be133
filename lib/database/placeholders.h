// Question marks of a prepared statement. Pure.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "database/value.h"

namespace gdprd::database {

// "?,?,?"; at least one.
std::string question_marks(std::size_t count);

// The same for texts that are compared with a column of this collation. Of one that holds other letters than
// they may have, each is converted, and letters that it has not become question marks: whoever asks compares
// what is found once more. The column's index can be used.
// For comparable_column() of the same collation.
std::string question_marks(std::size_t count, std::string_view collation);

// The column (as SQL names it) to compare texts with, without regard to upper and lower case. Where the
// collation makes a difference between them its index cannot be used: the rows are read one by one.
std::string comparable_column(const std::string& column, std::string_view collation);

// "(?,?,?,?)" for these values, which are added to `parameters`. Rounded up to a power of two by repeating
// the last one, so that few different statements are prepared. At least one value.
std::string in_list(std::span<const Value> values, std::vector<Value>& parameters);

}  // namespace gdprd::database
