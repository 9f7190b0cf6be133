#include "daemon/command/audit_repair.h"

#include <algorithm>
#include <set>
#include <utility>

#include "daemon/command/audit_reading.h"
#include "daemon/command/bulk/mass_erasure.h"

namespace gdprd::command {

namespace {

// All rows, as far as the option allows it: the audit has read them all.
daemon::Assembly searching_deeply(daemon::Assembly assembly) {
    assembly.config.policy.newest_text_rows = policy::newest_text_rows_max;
    return assembly;
}

std::vector<std::string> tables_with_findings(const AuditAnswer& answer) {
    std::vector<std::string> tables;
    for (const audit::TableState& state : answer.tables) {
        const bool has_some = std::ranges::any_of(
            state.columns, [](const audit::ColumnFindings& column) { return column.rows_erased > 0; });
        if (has_some) tables.push_back(state.table.name);
    }
    return tables;
}

MassTotals erase_again(const daemon::Assembly& assembly, const MassOptions& options,
                       std::vector<ContactId> contacts) {
    const std::size_t total = contacts.size();
    std::optional<std::vector<ContactId>> page = std::move(contacts);
    return MassErasure(assembly, options)
        .run([&](database::Connection&) { return std::exchange(page, std::nullopt); }, total);
}

}  // namespace

void refuse_repair(const daemon::Assembly& assembly) {
    database::Connection connection(assembly.config.database);
    daemon::make_strict_rules(mautic::read_schema(connection, assembly.config.mautic.table_prefix), assembly);
}

AuditRepair repair_findings(const daemon::Assembly& assembly, const AuditOptions& options,
                            const AuditAnswer& found) {
    const daemon::Assembly deep = searching_deeply(assembly);
    // A replica may still have what is gone, or not yet have who is back.
    config::Config here = assembly.config;
    here.audit.database_host.clear();
    MassOptions mass;
    mass.threads = options.threads;
    mass.no_progress = options.no_progress;
    AuditOptions again = options;
    again.last = again.restart = false;
    again.tables = tables_with_findings(found);
    AuditRepair repair;
    // Read before each round: since the audit somebody may have become a contact again, whose rows these are
    // then. A table names a bounded number of contacts: those that were tried make way for the next ones.
    for (;;) {
        repair.left = again.tables.empty() ? AuditAnswer{} : read_database(here, again);
        // Before the log files come to it, which no pass reaches.
        const std::set<ContactId> fresh = repair.left->contacts();
        repair.left->logs = found.logs;
        if (repair.left->interrupted) return repair;
        if (fresh.empty()) return repair;
        again.unnamed.insert(fresh.begin(), fresh.end());
        repair.totals += erase_again(deep, mass, {fresh.begin(), fresh.end()});
        if (repair.totals.interrupted || !repair.totals.ended_early.empty()) break;
    }
    repair.left.reset();
    return repair;
}

}  // namespace gdprd::command
