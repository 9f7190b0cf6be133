// Two worlds that were filled and erased at different times, made comparable.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "erasure/world.h"

namespace gdprd::test {

inline constexpr ContactId busy = 7;  // with more rows than go into one transaction
inline constexpr ContactId neighbour = 8;

// The dump without what is random, and without times: a world may be filled in another second than the one it
// is compared with.
inline std::string comparable(World& world) {
    auto& root = world.mautic.connection();
    root.change("UPDATE lead_devices SET tracking_id = CONCAT('x', id)");
    root.change("UPDATE email_stats SET tracking_hash = CONCAT('x', id)");
    std::vector<std::pair<std::string, std::string>> times;
    {
        database::Rows rows = root.select(
            "SELECT TABLE_NAME, COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() "
            "AND"
            " DATA_TYPE IN ('datetime', 'timestamp') AND EXTRA NOT LIKE '%GENERATED%'");
        while (rows.next()) times.emplace_back(rows.text(0), rows.text(1));
    }
    for (const auto& [table, column] : times) {
        const std::string name = database::quote_identifier(column);
        root.change("UPDATE " + database::quote_identifier(table) + " SET " + name +
                    " = '2025-01-01 00:00:00' WHERE " + name + " IS NOT NULL");
    }
    return world.mautic.dump();
}

}  // namespace gdprd::test
