#include "daemon/command/bulk/mass_totals.h"

namespace gdprd::command {

namespace {

template <typename Map>
std::uint64_t sum(const Map& counts) {
    std::uint64_t total = 0;
    for (const auto& [what, count] : counts) total += count;
    return total;
}

}  // namespace

std::uint64_t MassTotals::erased_in_all() const { return sum(erased); }

std::uint64_t MassTotals::skipped_in_all() const { return sum(skipped); }

ExitCode MassTotals::exit_code() const {
    if (failed > 0 || !ended_early.empty()) return ExitCode::failed;
    const bool all = !interrupted && skipped.empty() && !erased.contains(ledger::Status::partial);
    return all ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace gdprd::command
