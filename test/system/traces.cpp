#include "system/traces.h"

#include <charconv>
#include <string_view>
#include <vector>

#include "base/text.h"
#include "fixture/person.h"

namespace gdprd::test {

namespace {

constexpr std::string_view marker_begin = "zq7f";  // as in invented_person()

std::vector<std::string> tables(database::Connection& connection) {
    database::Rows rows =
        connection.select("SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE()");
    std::vector<std::string> names;
    while (rows.next()) names.push_back(rows.text(0));
    return names;
}

}  // namespace

void count_markers(std::string_view text, std::map<ContactId, std::size_t>& counts) {
    for (std::size_t at = text.find(marker_begin); at != std::string_view::npos;
         at = text.find(marker_begin, at + 1)) {
        const std::string_view rest = text.substr(at + marker_begin.size());
        ContactId contact = 0;
        const auto [end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), contact);
        const bool whole = error == std::errc() && end != rest.data() + rest.size() && *end == 'x';
        if (whole) ++counts[contact];
    }
}

std::map<ContactId, std::size_t> traces(const database::ConnectionOptions& database) {
    database::Connection connection(database);
    std::map<ContactId, std::size_t> counts;
    for (const std::string& table : tables(connection)) {
        database::Rows rows = connection.select("SELECT * FROM " + database::quote_identifier(table));
        while (rows.next()) {
            for (std::size_t column = 0; column < rows.column_count(); ++column) {
                count_markers(to_lower(rows.text(column)), counts);
            }
        }
    }
    return counts;
}

}  // namespace gdprd::test
