#include "database/placeholders.h"

#include <algorithm>
#include <bit>

namespace gdprd::database {

std::string question_marks(std::size_t count) {
    std::string marks = "?";
    for (std::size_t i = 1; i < count; ++i) marks += ",?";
    return marks;
}

namespace {

bool tells_case(std::string_view collation) {
    if (collation.ends_with("_ci")) return false;  // `utf8mb4_cs_0900_ai_ci` is Czech
    return collation.ends_with("_bin") || collation == "binary" || collation.ends_with("_cs") ||
           collation.find("_cs_") != std::string_view::npos;
}

}  // namespace

std::string comparable_column(const std::string& column, std::string_view collation) {
    if (!tells_case(collation)) return column;
    return "CONVERT(" + column + " USING utf8mb4) COLLATE utf8mb4_general_ci";
}

std::string question_marks(std::size_t count, std::string_view collation) {
    if (collation.empty() || collation.starts_with("utf8mb4") || tells_case(collation))
        return question_marks(count);
    const std::string charset(collation.substr(0, collation.find('_')));
    // MySQL takes the character set of what is around it for a parameter's, and refuses letters it has not.
    const std::string mark =
        "CONVERT(CONVERT(? USING utf8mb4) USING " + charset + ") COLLATE " + std::string(collation);
    std::string marks = mark;
    for (std::size_t i = 1; i < count; ++i) marks += "," + mark;
    return marks;
}

std::string in_list(std::span<const Value> values, std::vector<Value>& parameters) {
    std::string marks;
    const std::size_t count = std::bit_ceil(values.size());
    for (std::size_t i = 0; i < count; ++i) {
        marks += i == 0 ? "(?" : ",?";
        parameters.push_back(values[std::min(i, values.size() - 1)]);
    }
    return marks + ')';
}

}  // namespace gdprd::database
