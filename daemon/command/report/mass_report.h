// What a mass erasure came to, for people and for programs.
#pragma once

#include <cstdint>
#include <iosfwd>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "daemon/command/bulk/mass_totals.h"

namespace gdprd::command {

// "12,345": for numbers that people compare.
std::string grouped(std::uint64_t number);

// `command` is what continues after an interruption: "mautic-gdprd reapply".
void print_totals(std::ostream& out, const MassTotals& totals, const std::string& command);

nlohmann::ordered_json totals_json(const MassTotals& totals);

}  // namespace gdprd::command
