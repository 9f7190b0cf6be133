#include "daemon/command/report/mass_report.h"

#include <cmath>
#include <iomanip>
#include <nlohmann/json.hpp>
#include <ostream>
#include <sstream>

#include "daemon/command/common.h"
#include "daemon/command/terminal/text_table.h"

namespace gdprd::command {

namespace {

using erasure::Verdict;
using nlohmann::ordered_json;

// Of the ones that fail alike, so many are named.
constexpr std::size_t failures_shown = 20;

const char* words_for(Verdict verdict) {
    switch (verdict) {
        case Verdict::no_such_contact:
            return "skipped, there is no such contact any more";
        case Verdict::in_grace:
            return "skipped, in its grace period";
        case Verdict::held:
            return "skipped, on hold";
        case Verdict::not_do_not_contact:
            return "skipped, not do-not-contact any more";
        default:
            break;
    }
    return "skipped, erased already";
}

void print_failures(std::ostream& out, const MassTotals& totals) {
    out << "\nFailed, and left as they were:\n";
    TextTable table;
    for (const auto& failure : totals.failures) {
        if (&failure == &totals.failures[0] + failures_shown) break;
        table.add({"contact " + std::to_string(failure.contact), failure.code});
    }
    table.print(out, 2);
    if (totals.failed > failures_shown) {
        out << "  and " << grouped(totals.failed - failures_shown) << " more; --json lists "
            << grouped(MassTotals::failures_max) << " of them\n";
    }
}

std::string with_digits(double number, int digits) {
    std::ostringstream text;
    text << std::fixed << std::setprecision(digits) << number;
    return text.str();
}

void print_pace(std::ostream& out, const background::Pacer::Report& pace) {
    out << "Paced: " << with_digits(pace.workers, 2) << " of " << pace.workers_max
        << " workers busy on average";
    if (!pace.failure.empty()) {
        out << "; how fast the server answers could not be measured at last: " << pace.failure;
    } else if (pace.working.count() > 0 && pace.idle.count() > 0) {
        out << "; the server took " << with_digits(pace.working.count(), 1) << " ms to answer meanwhile, "
            << with_digits(pace.idle.count(), 1) << " ms without them";
    }
    out << ".\n";
}

ordered_json pace_json(const background::Pacer::Report& pace) {
    const auto rounded = [](double number) { return std::round(number * 1'000) / 1'000; };
    return {{"workers", rounded(pace.workers)},
            {"workers_max", pace.workers_max},
            {"answer_ms_working", rounded(pace.working.count())},
            {"answer_ms_idle", rounded(pace.idle.count())},
            {"failure", pace.failure}};
}

}  // namespace

std::string grouped(std::uint64_t number) {
    std::string text = std::to_string(number);
    for (std::size_t at = text.size(); at > 3;) text.insert(at -= 3, 1, ',');
    return text;
}

void print_totals(std::ostream& out, const MassTotals& totals, const std::string& command) {
    TextTable table;
    for (const auto& [status, count] : totals.erased) {
        table.add({grouped(count), "erased, status " + std::string(ledger::name_of(status))});
    }
    for (const auto& [verdict, count] : totals.skipped) table.add({grouped(count), words_for(verdict)});
    if (totals.failed > 0) table.add({grouped(totals.failed), "failed"});
    if (table.empty()) table.add({"0", "erased"});
    table.print(out);
    const auto rate = static_cast<std::uint64_t>(
        totals.seconds > 0 ? static_cast<double>(totals.contacts()) / totals.seconds : 0);
    out << grouped(totals.rows_changed) << " rows changed, " << grouped(totals.rows_deleted) << " deleted, "
        << counted(totals.files_removed, "file") << " removed; " << std::lround(std::ceil(totals.seconds))
        << " s, " << grouped(rate) << " contacts/s\n";
    if (totals.pace) print_pace(out, *totals.pace);
    if (!totals.cells_left.empty()) out << "\nSomething is left in:\n";
    for (const auto& [where, cells] : totals.cells_left) {
        out << "  " << where.first << '.' << where.second << ": " << counted(cells, "cell") << '\n';
    }
    if (totals.failed > 0) print_failures(out, totals);
    if (!totals.remark.empty()) out << '\n' << totals.remark << '\n';
    if (!totals.ended_early.empty()) {
        out << "\nEnded early, the rest was not tried: " << totals.ended_early
            << "\nWhen that is mended, run `" << command << "` again to continue.\n";
    } else if (totals.interrupted) {
        out << "\nInterrupted. What is erased stays erased; run `" << command << "` again to continue.\n";
    }
}

ordered_json totals_json(const MassTotals& totals) {
    ordered_json json{{"erased", ordered_json::object()},
                      {"skipped", ordered_json::object()},
                      {"failed", totals.failed},
                      {"failures", ordered_json::array()},
                      {"findings", ordered_json::array()},
                      {"rows_changed", totals.rows_changed},
                      {"rows_deleted", totals.rows_deleted},
                      {"files_removed", totals.files_removed},
                      {"seconds", std::round(totals.seconds * 1'000) / 1'000},
                      {"pace", totals.pace ? pace_json(*totals.pace) : ordered_json(nullptr)},
                      {"interrupted", totals.interrupted},
                      {"ended_early", totals.ended_early},
                      {"remark", totals.remark}};
    for (const auto& [status, count] : totals.erased) json["erased"][ledger::name_of(status)] = count;
    for (const auto& [verdict, count] : totals.skipped) json["skipped"][erasure::name_of(verdict)] = count;
    for (const auto& failure : totals.failures) {
        json["failures"].push_back({{"contact", failure.contact}, {"code", failure.code}});
    }
    for (const auto& [where, cells] : totals.cells_left) {
        json["findings"].push_back({{"table", where.first}, {"column", where.second}, {"cells", cells}});
    }
    return json;
}

}  // namespace gdprd::command
