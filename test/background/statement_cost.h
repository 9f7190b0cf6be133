// What a statement reads, by the server's plan and by its counters.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "erasure/world.h"
#include "fixture/explain.h"

namespace gdprd::test {

// "d: index, 3000 rows, PRIMARY" of every table that is read whole, and of each that is sorted.
inline std::vector<std::string> bad_accesses(World& world, const std::string& sql, std::uint64_t rows_max) {
    std::vector<std::string> bad;
    for (auto& line : explain(world.daemon, sql)) {
        const bool too_many = !line["rows"].empty() && std::stoull(line["rows"]) > rows_max;
        const bool sorts = line["Extra"].find("filesort") != std::string::npos ||
                           line["Extra"].find("temporary") != std::string::npos;
        if (line["type"] == "ALL" || line["type"] == "index" || too_many || sorts) {
            bad.push_back(line["table"] + ": " + line["type"] + ", " + line["rows"] + ", " + line["Extra"]);
        }
    }
    return bad;
}

// Handlers of the server that the statement called: rows it touched, whatever EXPLAIN estimates.
inline std::uint64_t rows_read(World& world, const std::string& sql) {
    const auto total = [&] {
        std::uint64_t sum = 0;
        database::Rows rows = world.daemon.select("SHOW SESSION STATUS LIKE 'Handler_read%'");
        while (rows.next()) sum += std::stoull(rows.text(1));
        return sum;
    };
    const std::uint64_t start = total(), looking = total() - start;
    const std::uint64_t before = total();
    world.daemon.select(sql);
    return total() - before - looking;
}

}  // namespace gdprd::test
