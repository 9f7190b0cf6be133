#include "daemon/command/bulk/mass_totals.h"

#include <algorithm>

namespace gdprd::command {

namespace {

template <typename Map>
std::uint64_t sum(const Map& counts) {
    std::uint64_t total = 0;
    for (const auto& [what, count] : counts) total += count;
    return total;
}

template <typename Map>
void add(Map& counts, const Map& more) {
    for (const auto& [what, count] : more) counts[what] += count;
}

}  // namespace

std::uint64_t MassTotals::erased_in_all() const { return sum(erased); }

std::uint64_t MassTotals::skipped_in_all() const { return sum(skipped); }

ExitCode MassTotals::exit_code() const {
    if (failed > 0 || !ended_early.empty()) return ExitCode::failed;
    const bool all = !interrupted && skipped.empty() && !erased.contains(ledger::Status::partial);
    return all ? ExitCode::done : ExitCode::not_everything;
}

MassTotals& MassTotals::operator+=(const MassTotals& later) {
    add(erased, later.erased);
    add(skipped, later.skipped);
    add(cells_left, later.cells_left);
    failed += later.failed;
    const std::size_t room = failures_max - std::min(failures.size(), failures_max);
    failures.insert(
        failures.end(), later.failures.begin(),
        later.failures.begin() + static_cast<std::ptrdiff_t>(std::min(room, later.failures.size())));
    rows_changed += later.rows_changed;
    rows_deleted += later.rows_deleted;
    files_removed += later.files_removed;
    seconds += later.seconds;
    if (later.pace) pace = later.pace;
    interrupted = interrupted || later.interrupted;
    if (ended_early.empty()) ended_early = later.ended_early;
    if (remark.empty()) remark = later.remark;
    return *this;
}

}  // namespace gdprd::command
