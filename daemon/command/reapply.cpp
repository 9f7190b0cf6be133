#include "daemon/command/reapply.h"

#include <iostream>

#include "base/error.h"
#include "base/secret.h"
#include "daemon/assembly.h"
#include "daemon/command/ledger.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/terminal/confirmation.h"
#include "daemon/command/terminal/text_table.h"
#include "orphans/orphan_eraser.h"
#include "orphans/restored_rows.h"

namespace gdprd::command {

namespace {

using restore::Reapply;
using restore::ReapplyFindings;
using restore::Recognition;

constexpr std::size_t ids_shown = 20;

const char* words_for(Recognition recognition) {
    switch (recognition) {
        case Recognition::gone:
            return "no longer a contact; nothing to do";
        case Recognition::still_erased:
            return "still erased; nothing to do";
        case Recognition::same_person:
            return "back with the address that was erased";
        case Recognition::other_address:
            return "have another address: left alone";
        case Recognition::unknown_key:
            return "recorded with a hash key that is not at hand: left alone";
        case Recognition::no_address:
            return "recorded without an address, cannot be recognised: left alone";
        case Recognition::forgotten:
            return "erased, and by now forgotten who it was: left alone";
        case Recognition::not_erased:
            break;
    }
    return "without an address, but named by other values: left alone";
}

std::string ids_text(const std::vector<ContactId>& contacts, std::uint64_t count) {
    std::string text;
    for (std::size_t i = 0; i < contacts.size() && i < ids_shown; ++i) {
        text += (i == 0 ? "" : ", ") + std::to_string(contacts[i]);
    }
    if (count > ids_shown) text += " and " + grouped(count - ids_shown) + " more";
    return text;
}

std::uint64_t count_of(const ReapplyFindings& findings, Recognition recognition) {
    const auto found = findings.contacts.find(recognition);
    return found == findings.contacts.end() ? 0 : found->second;
}

void print_what_needs_a_look(const ReapplyFindings& findings) {
    if (const auto count = count_of(findings, Recognition::other_address); count > 0) {
        std::cout << "\nThe id is somebody else's by now, or the person changed the address: "
                  << ids_text(findings.other_address, count)
                  << "\n  Look at them in Mautic. Who is do-not-contact is erased with `mautic-gdprd erase "
                     "--contact`.\n";
    }
    for (const auto& [key, count] : findings.unknown_keys) {
        std::cout << '\n'
                  << counted(count, "contact was", "contacts were") << " recorded with " << key.first
                  << ", key " << key.second
                  << "\n  They can only be recognised with the key of that time: --key-file.\n";
    }
    if (const auto count = count_of(findings, Recognition::no_address); count > 0) {
        std::cout << "\nThere is nothing to recognise these by: " << ids_text(findings.no_address, count)
                  << "\n  Look at them in Mautic; an erased one holds hashes or nothing.\n";
    }
    if (const auto count = count_of(findings, Recognition::not_erased); count > 0) {
        std::cout
            << "\nNo address, but a name or number that an erasure would have taken, and not known to be "
               "the erased person's: "
            << ids_text(findings.not_erased, count)
            << "\n  Look at them in Mautic. Who is do-not-contact is erased with `mautic-gdprd erase "
               "--contact`.\n";
    }
    if (const auto count = count_of(findings, Recognition::forgotten); count > 0) {
        std::cout
            << "\nSomebody with this id was erased, and their hashes went at the end of their time; the "
               "contact may be that person, come back with an old backup, or somebody else: "
            << ids_text(findings.forgotten, count)
            << "\n  Look at them in Mautic. Who is do-not-contact is erased with `mautic-gdprd erase "
               "--contact`.\n";
    }
    if (findings.returned > 0) {
        std::cout
            << "\nBack without an opt-out, re-subscribed since, or made or changed in Mautic after the "
               "erasure: "
            << ids_text(findings.returned_contacts, findings.returned)
            << "\n  They may have come back of their own will. Who has not: set it to do-not-contact in "
               "Mautic and run this again.\n";
    }
    if (findings.under_other_ids > 0) {
        std::cout
            << "\nNobody was erased under these ids, but their addresses are those of people who were erased "
               "under another one; Mautic may have merged them since the backup was made: "
            << ids_text(findings.under_other_id_contacts, findings.under_other_ids)
            << "\n  Look at them in Mautic. Set those that opted out to do-not-contact, and erase them with "
               "`mautic-gdprd erase --contact`.\n";
    }
    if (findings.not_triggered > 0) {
        std::cout << "\nBack, and no [trigger] covers their opt-out any more: "
                  << ids_text(findings.not_triggered_contacts, findings.not_triggered)
                  << "\n  Set [trigger] as it was when they were erased, and run this again.\n";
    }
}

void print_findings(const ReapplyFindings& findings) {
    TextTable table;
    for (const auto& [recognition, count] : findings.contacts) {
        table.add({grouped(count), words_for(recognition)});
    }
    if (findings.opt_outs_lost > 0) {
        table.add({grouped(findings.opt_outs_lost),
                   "of these without their do-not-contact row, which is put back from the ledger"});
    }
    std::cout << "The ledger names " << counted(findings.looked_at(), "erased contact") << ".\n";
    table.print(std::cout, 2);
}

// Told before the first contact is touched. Adds no row.
void refuse_missing_right(database::Connection& connection, const std::string& table) {
    try {
        connection.change("INSERT INTO " + database::quote_identifier(table) +
                              " (lead_id, reason, channel, date_added, comments)"
                              " SELECT 0, 0, '', NOW(), '' FROM DUAL WHERE 1 = 0",
                          {}, "lead_donotcontact: try to insert");
    } catch (const database::DatabaseError& error) {
        if (error.error_class() != database::ErrorClass::privilege) throw;
        throw ConfigurationError(
            "reapply: opt-outs are not in the backup, and INSERT on " + table +
                " is not granted to put them back",
            "Run `mautic-gdprd grants --reapply --missing --apply --admin root`, and take it "
            "back afterwards");
    }
}

ReapplyFindings look(database::Connection& connection, const restore::ReapplyOptions& wanted) {
    Reapply reapply(wanted);
    while (reapply.next(connection, Reapply::Mode::look)) continue;
    return reapply.findings();
}

MassTotals erase_again(const daemon::Assembly& assembly, const ReapplyOptions& options,
                       const restore::ReapplyOptions& wanted, std::uint64_t total) {
    Reapply reapply(wanted);
    return MassErasure(assembly, options.mass)
        .run(
            [&](database::Connection& connection) {
                return reapply.next(connection, Reapply::Mode::put_opt_outs_back);
            },
            total);
}

ExitCode exit_code(const ReapplyFindings& findings, const std::optional<MassTotals>& totals) {
    const ExitCode erased = totals ? totals->exit_code() : ExitCode::done;
    return erased == ExitCode::done && findings.needs_a_look() ? ExitCode::not_everything : erased;
}

restore::ReapplyOptions wanted_of(const ReapplyOptions& options, const daemon::Assembly& assembly,
                                  const erasure::Rules& rules) {
    const config::Config& config = assembly.config;
    restore::ReapplyOptions wanted;
    wanted.table_prefix = config.mautic.table_prefix;
    wanted.ledger_database = config.ledger.database;
    wanted.plan = rules.plan;
    wanted.triggers = config.triggers;
    wanted.since = options.since;
    wanted.hash_keys = {config.hash.key};
    for (const std::string& file : options.key_files) wanted.hash_keys.push_back(read_secret(file));
    return wanted;
}

// What deleted contacts left behind is back too; the daemon's next look erases it. Over a connection of its
// own: the one before has been idle for as long as somebody thought about the question.
void expect_leftovers_again(const config::Config& config, const plan::Plan& plan) {
    database::Connection connection(config.database);
    const auto steps = orphans::orphan_steps(plan);
    orphans::expect_erased_again(connection, config.ledger.database, steps);
}

// The policy erases nobody now. Those who opted out must not be written to all the same. Returns false when
// somebody says no. On a connection of its own, as above.
bool put_opt_outs_back(const config::Config& config, database::Connection& connection,
                       const ReapplyOptions& options, const restore::ReapplyOptions& wanted,
                       const ReapplyFindings& findings) {
    if (findings.opt_outs_lost == 0) return true;
    const std::string opt_outs = counted(findings.opt_outs_lost, "opt-out");
    refuse_missing_right(connection, wanted.table_prefix + "lead_donotcontact");
    if (!confirmed("reapply", "[policy] unknown = \"stop\" erases nobody. Put " + opt_outs + " back",
                   options.mass.yes)) {
        std::cout << "Nothing was changed.\n";
        return false;
    }
    database::Connection fresh(config.database);
    Reapply reapply(wanted);
    while (reapply.next(fresh, Reapply::Mode::put_opt_outs_back)) continue;
    std::cerr << "mautic-gdprd: " << counted(reapply.findings().opt_outs_lost, "opt-out")
              << " put back; nobody was erased\n";
    return true;
}

}  // namespace

ExitCode reapply(const ReapplyOptions& options) {
    const database::ThreadScope thread;
    const daemon::Assembly assembly(options.common.config_file);
    database::Connection connection(assembly.config.database);
    require_ledger(connection, assembly.config);
    const auto rules =
        daemon::make_rules(mautic::read_schema(connection, assembly.config.mautic.table_prefix), assembly);
    const restore::ReapplyOptions wanted = wanted_of(options, assembly, *rules);
    const ReapplyFindings findings = look(connection, wanted);
    if (!options.common.json) print_findings(findings);
    if (rules->is_stopped() && !options.mass.dry_run) {
        if (!put_opt_outs_back(assembly.config, connection, options, wanted, findings)) {
            return ExitCode::not_everything;
        }
        daemon::refuse_stopped(*rules);
    }
    std::optional<MassTotals> totals;
    const std::uint64_t count = options.mass.dry_run ? 0 : findings.to_erase();
    if (count > 0) {
        if (findings.opt_outs_lost > 0) {
            refuse_missing_right(connection, wanted.table_prefix + "lead_donotcontact");
        }
        const std::string question = "Erase " + grouped(count) + (count == 1 ? " contact" : " contacts");
        if (!confirmed("reapply", question, options.mass.yes)) {
            std::cout << "Nothing was changed.\n";
            return ExitCode::not_everything;
        }
    }
    if (!options.mass.dry_run) expect_leftovers_again(assembly.config, *wanted.plan);
    if (count > 0) totals = erase_again(assembly, options, wanted, count);
    if (options.common.json) {
        std::cout << to_json(findings, totals) << '\n';
        return exit_code(findings, totals);
    }
    if (totals) std::cout << '\n';
    if (totals) print_totals(std::cout, *totals, "mautic-gdprd reapply");
    print_what_needs_a_look(findings);
    return exit_code(findings, totals);
}

}  // namespace gdprd::command
