#include "daemon/command/audit.h"

#include <iostream>

#include "config/config.h"
#include "daemon/assembly.h"
#include "daemon/command/audit_reading.h"
#include "daemon/command/audit_repair.h"
#include "daemon/command/report/audit_words.h"
#include "daemon/command/terminal/confirmation.h"

namespace gdprd::command {

namespace {

using audit::TableState;

ExitCode exit_code_of(const AuditAnswer& answer) {
    if (answer.interrupted) return ExitCode::failed;
    if (answer.counts().erased > 0) return ExitCode::not_everything;
    return answer.not_searched.empty() ? ExitCode::done : ExitCode::failed;
}

ExitCode exit_code_of(const AuditAnswer& answer, const AuditRepair& repair) {
    const bool is_cut_short = repair.totals.failed > 0 || !repair.totals.ended_early.empty() ||
                              repair.totals.interrupted || !repair.left;
    if (is_cut_short) return ExitCode::failed;
    const ExitCode left = exit_code_of(*repair.left);
    return left == ExitCode::done && !answer.not_searched.empty() ? ExitCode::failed : left;
}

}  // namespace

std::uint64_t AuditAnswer::rows() const {
    std::uint64_t sum = 0;
    for (const TableState& state : tables) sum += state.rows;
    return sum;
}

std::uint64_t AuditAnswer::bytes() const {
    std::uint64_t sum = 0;
    for (const TableState& state : tables) sum += state.bytes;
    return sum;
}

audit::Counts AuditAnswer::counts() const {
    audit::Counts counts = audit::counts_of(tables);
    if (!logs) return counts;
    const audit::Counts of_files = audit::counts_of(logs->files);
    return {counts.erased + of_files.erased, counts.returned + of_files.returned};
}

std::set<ContactId> AuditAnswer::contacts() const {
    std::set<ContactId> all;
    for (const TableState& state : tables) all.insert(state.contacts.begin(), state.contacts.end());
    if (!logs) return all;
    for (const auto& file : logs->files) all.insert(file.contacts.begin(), file.contacts.end());
    return all;
}

ExitCode audit_now(const AuditOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    // Asked before hours of reading, not after them.
    if (options.repair && !confirmed("audit --repair", "Erase again whoever is found", options.yes,
                                     "See who is found with `mautic-gdprd audit`")) {
        std::cerr << "Nothing was read or changed.\n";
        return ExitCode::not_everything;
    }
    if (options.repair) refuse_repair(assembly);
    const AuditAnswer answer =
        options.last ? last_audit(assembly.config, options) : read_database(assembly.config, options);
    std::optional<AuditRepair> repair;
    if (!options.common.json) print_answer(std::cout, answer);
    if (options.repair && !answer.interrupted && answer.counts().erased > 0) {
        std::cout.flush();
        repair = repair_findings(assembly, options, answer);
    }
    if (options.common.json) {
        std::cout << to_json(answer, repair) << '\n';
    } else if (repair) {
        print_repair(std::cout, *repair);
    }
    return repair ? exit_code_of(answer, *repair) : exit_code_of(answer);
}

}  // namespace gdprd::command
