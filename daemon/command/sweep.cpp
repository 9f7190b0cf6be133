#include "daemon/command/sweep.h"
#include "daemon/command/ledger.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "background/checkpoints.h"
#include "base/error.h"
#include "daemon/assembly.h"
#include "daemon/background.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/terminal/confirmation.h"
#include "daemon/command/terminal/text_table.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"
#include "mautic/schema.h"

namespace gdprd::command {

namespace {

using reconciliation::BackFill;
using reconciliation::BackFillFindings;
using reconciliation::BackFillOptions;
using reconciliation::Reason;

const char* words_for(Reason reason) {
    switch (reason) {
        case Reason::webhook_lost:
            return "not erased yet";
        case Reason::filled_again:
            return "erased, and there is an address again";
        case Reason::unfinished:
            break;
    }
    return "on hold, begun, or left in part";
}

// Of the whole list, however old: nobody will erase these contacts.
void print_uncovered(const std::vector<UncoveredOptOuts>& uncovered) {
    if (uncovered.empty()) return;
    std::cout << "No trigger covers these rows of the list; `mautic-gdprd check` says what to do:\n";
    TextTable table;
    for (const auto& one : uncovered) table.add({grouped(one.rows), "with " + one.description()});
    table.print(std::cout, 2);
}

void print_findings(const BackFillFindings& findings, Timestamp since) {
    std::cout << "Mautic's do-not-contact list has " << counted(findings.rows, "row");
    if (since > Timestamp{}) std::cout << "; those since " << shown_time(since) << " count";
    std::cout << ".\n";
    TextTable table;
    for (const auto& [reason, count] : findings.contacts) table.add({grouped(count), words_for(reason)});
    if (findings.not_due > 0) table.add({grouped(findings.not_due), "in their grace period: left alone"});
    table.print(std::cout, 2);
    if (findings.to_erase() == 0) std::cout << "Nobody is to be erased.\n";
}

// What the daemon itself would act on, unless the operator names a time or everything.
Timestamp begin_of(const SweepOptions& options, database::Connection& connection, const std::string& ledger) {
    if (options.all) return Timestamp{};
    if (options.since) return *options.since;
    std::optional<Timestamp> installed;
    if (ledger::Ledger(connection, ledger).format_found() == ledger::Ledger::format) {
        installed = background::Checkpoints(connection, ledger).time(background::Checkpoints::installed);
    }
    if (!installed) {
        throw ConfigurationError("sweep: no daemon was started on this Mautic yet, and no time is named",
                                 "Say from when on with --since DATE, or --all");
    }
    return *installed;
}

BackFillFindings look(database::Connection& connection, const BackFillOptions& wanted,
                      const std::shared_ptr<const erasure::Rules>& rules) {
    BackFill back_fill(wanted, rules);
    while (back_fill.next(connection)) continue;
    return back_fill.findings();
}

MassTotals erase_all(const daemon::Assembly& assembly, const SweepOptions& options,
                     const BackFillOptions& wanted, std::uint64_t total) {
    MassErasure erasure(assembly, options.mass);
    BackFill back_fill(wanted, erasure.rules());
    return erasure.run([&](database::Connection& connection) { return back_fill.next(connection); }, total);
}

// What to say to continue: the same words again.
std::string command_of(const SweepOptions& options) {
    std::string text = "mautic-gdprd sweep";
    if (options.all) text += " --all";
    if (options.since) text += " --since \"" + format_utc(*options.since).substr(0, 19) + '"';
    return text;
}

}  // namespace

std::string to_json(const BackFillFindings& findings, const std::vector<UncoveredOptOuts>& uncovered,
                    const std::optional<MassTotals>& totals) {
    using nlohmann::ordered_json;
    ordered_json json{{"do_not_contact_rows", findings.rows},
                      {"to_erase", findings.to_erase()},
                      {"reasons", ordered_json::object()},
                      {"in_grace", findings.not_due},
                      {"uncovered", ordered_json::array()},
                      {"totals", totals ? totals_json(*totals) : ordered_json(nullptr)}};
    for (const auto& [reason, count] : findings.contacts)
        json["reasons"][reconciliation::name_of(reason)] = count;
    for (const auto& one : uncovered) {
        json["uncovered"].push_back({{"reason", one.reason}, {"channel", one.channel}, {"rows", one.rows}});
    }
    return json.dump(2);
}

// A dry run brings none up to date and makes none this Mautic's.
void mind_ledger(database::Connection& connection, const config::Config& config, bool dry_run) {
    const std::string& database = config.ledger.database;
    if (!dry_run) return ledger::open_ledger(connection, database, config.mautic.table_prefix);
    ledger::Ledger ledger(connection, database);
    if (ledger.format_found()) return require_ledger(connection, config);
    ledger.create();
}

ExitCode sweep_now(const SweepOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    const auto& config = assembly.config;
    database::Connection connection(config.database);
    mind_ledger(connection, config, options.mass.dry_run);
    const auto rules =
        daemon::make_rules(mautic::read_schema(connection, config.mautic.table_prefix), assembly);
    const BackFillOptions wanted{begin_of(options, connection, config.ledger.database),
                                 daemon::pass_overdue(config), config.sweep.page_rows};
    const BackFillFindings findings = look(connection, wanted, rules);
    const auto uncovered = read_uncovered_opt_outs(connection, config.mautic.table_prefix, config.triggers);
    if (!options.common.json) {
        print_findings(findings, wanted.since);
        print_uncovered(uncovered);
    }

    std::optional<MassTotals> totals;
    if (const std::uint64_t count = findings.to_erase(); count > 0 && !options.mass.dry_run) {
        const std::string question = "Erase " + grouped(count) + (count == 1 ? " contact" : " contacts");
        if (!confirmed("sweep", question, options.mass.yes)) {
            std::cout << "Nothing was changed.\n";
            return ExitCode::not_everything;
        }
        totals = erase_all(assembly, options, wanted, count);
    }
    if (options.common.json) {
        std::cout << to_json(findings, uncovered, totals) << '\n';
    } else if (totals) {
        std::cout << '\n';
        print_totals(std::cout, *totals, command_of(options));
    }
    return totals ? totals->exit_code() : ExitCode::done;
}

}  // namespace gdprd::command
