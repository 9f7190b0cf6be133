// Question marks of a prepared statement.
#pragma once

#include <cstddef>
#include <string>

namespace gdprd::database {

// "?,?,?"; at least one.
inline std::string question_marks(std::size_t count) {
    std::string marks = "?";
    for (std::size_t i = 1; i < count; ++i) marks += ",?";
    return marks;
}

}  // namespace gdprd::database
