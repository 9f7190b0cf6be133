#include "orphans/row_ids.h"

namespace gdprd::orphans {

std::string list_of(std::span<const std::uint64_t> ids) {
    std::string list;
    for (const std::uint64_t id : ids) list += (list.empty() ? "" : ",") + std::to_string(id);
    return "(" + list + ")";
}

RowIds read_ids(database::Connection& connection, const std::string& sql, const std::string& label) {
    auto rows = connection.select(sql, {}, label);
    RowIds ids;
    while (rows.next()) ids.push_back(rows.number(0));
    return ids;
}

}  // namespace gdprd::orphans
