#include "database/binding.h"

#include <cppconn/prepared_statement.h>
#include <cppconn/resultset.h>
#include <cppconn/resultset_metadata.h>

#include <array>
#include <charconv>
#include <vector>

#include "database/rows.h"

namespace gdprd::database {

namespace {

// The library sends a longer text in pieces.
constexpr std::size_t plain_text_bytes_max = 256 * 1024;

char kind_of(const Value& parameter) {
    if (std::holds_alternative<std::int64_t>(parameter)) return 's';
    if (std::holds_alternative<std::uint64_t>(parameter)) return 'u';
    const auto* text = std::get_if<std::string>(&parameter);
    return text != nullptr && text->size() > plain_text_bytes_max ? 'L' : 't';
}

template <class Number>
std::string shortest_text(Number number) {
    std::array<char, 64> buffer{};
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number);
    return {buffer.data(), result.ptr};
}

// A prepared statement's floating-point number is printed by the library with six digits after the point, so
// it is printed here, as many digits as the number has.
std::string cell_text(sql::ResultSet& result, unsigned int column, int type, bool prepared) {
    if (prepared && type == sql::DataType::DOUBLE) {
        return shortest_text(static_cast<double>(result.getDouble(column)));
    }
    if (prepared && type == sql::DataType::REAL) {
        return shortest_text(static_cast<float>(result.getDouble(column)));
    }
    return result.getString(column).asStdString();
}

}  // namespace

std::string kinds_of(std::span<const Value> parameters) {
    std::string kinds;
    for (const Value& parameter : parameters) kinds += kind_of(parameter);
    return kinds;
}

void bind_values(sql::PreparedStatement& statement, std::span<const Value> parameters) {
    unsigned int position = 0;
    for (const Value& parameter : parameters) {
        ++position;
        if (const auto* text = std::get_if<std::string>(&parameter)) {
            statement.setString(position, *text);
        } else if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
            statement.setInt64(position, *number);
        } else if (const auto* natural = std::get_if<std::uint64_t>(&parameter)) {
            statement.setUInt64(position, *natural);
        } else {
            statement.setNull(position, sql::DataType::VARCHAR);
        }
    }
}

std::unique_ptr<Rows::Implementation> copy_rows(sql::ResultSet& result, bool prepared) {
    auto rows = std::make_unique<Rows::Implementation>();
    sql::ResultSetMetaData& metadata = *result.getMetaData();
    const unsigned int columns = metadata.getColumnCount();
    std::vector<int> types;
    for (unsigned int column = 1; column <= columns; ++column) {
        rows->names.push_back(metadata.getColumnLabel(column));
        types.push_back(metadata.getColumnType(column));
    }
    while (result.next()) {
        ++rows->row_count;
        for (unsigned int column = 1; column <= columns; ++column) {
            if (result.isNull(column)) {
                rows->cells.emplace_back();
            } else {
                rows->cells.emplace_back(cell_text(result, column, types[column - 1], prepared));
            }
        }
    }
    return rows;
}

}  // namespace gdprd::database
