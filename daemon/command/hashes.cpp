#include "daemon/command/hashes.h"

#include <iostream>
#include <nlohmann/json.hpp>

#include "base/error.h"
#include "daemon/assembly.h"
#include "daemon/command/former_hashes.h"
#include "daemon/command/ledger.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/terminal/confirmation.h"
#include "daemon/command/terminal/text_table.h"
#include "daemon/sealing.h"
#include "policy/hash.h"
#include "reconciliation/address_filing.h"

namespace gdprd::command {

namespace {

using retention::MigrateCounts;
using retention::MigrateOptions;

ledger::HashKey made_by(const std::string& name, const policy::Hasher& today) {
    const auto key_id = name.empty() ? std::nullopt : key_id_in(name, "hash migrate: --made-by");
    if (key_id == today.key_id()) {
        throw ConfigurationError("hash migrate: --made-by: today's key, which needs no wrapping",
                                 "Name the key that is to be given up");
    }
    ledger::HashKey key{{}, key_id.value_or("")};
    for (const policy::AlgorithmFacts& one : policy::all_algorithms()) {
        if (key_id) {
            key.algorithms.push_back(std::string("hmac-") + one.name);
        } else if (name.empty() || name == one.name) {
            key.algorithms.emplace_back(one.name);
        }
    }
    return key;
}

MigrateCounts run(database::Connection& connection, const std::shared_ptr<const erasure::Rules>& rules,
                  MigrateOptions options, bool dry_run) {
    options.dry_run = dry_run;
    retention::Migrator migrator(rules, std::move(options), daemon::tell_seal);
    while (migrator.next(connection)) continue;
    return migrator.counts();
}

bool is_something(const MigrateCounts& counts) {
    return counts.records > 0 || counts.addresses > 0 || !counts.cells.empty();
}

void print(const MigrateCounts& counts, const std::vector<std::string>& unreachable, bool dry_run) {
    TextTable table;
    const std::string would = dry_run ? "would be " : "";
    table.add({grouped(counts.records), "records of erasures " + would + "wrapped"});
    table.add({grouped(counts.addresses), "filed addresses " + would + "wrapped"});
    for (const auto& [column, cells] : counts.cells) {
        table.add({grouped(cells), "hashes in " + column + ' ' + would + "wrapped"});
    }
    if (counts.held > 0) table.add({grouped(counts.held), "contacts on hold: left alone"});
    if (counts.unfinished > 0) {
        table.add({grouped(counts.unfinished), "contacts that are being erased: left alone"});
    }
    if (counts.unknown > 0) {
        table.add({grouped(counts.unknown),
                   "hashes where addresses belong that the ledger does not know: "
                   "left alone"});
    }
    table.print(std::cout, 2);
    print_unreachable(unreachable);
}

}  // namespace

ExitCode hash_migrate(const HashMigrateOptions& options) {
    const daemon::Assembly assembly(options.common.config_file);
    const config::Config& config = assembly.config;
    const policy::Hasher today(config.hash);
    MigrateOptions what;
    if (!options.again) what.made_by = made_by(options.made_by, today);
    what.contacts_per_batch = options.batch;
    what.seals = daemon::row_seal_options(config);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    if (!options.again && !reconciliation::AddressFiling::is_done(connection, config.ledger.database)) {
        throw ConfigurationError(
            "hash migrate: the addresses of earlier erasures are not filed yet, so it is "
            "not known of every hash how it was made",
            "Run `mautic-gdprd ledger addresses` first");
    }
    const auto rules =
        daemon::make_rules(mautic::read_schema(connection, config.mautic.table_prefix), assembly);
    const auto unreachable = retention::unreachable_columns(*rules->plan);
    MigrateCounts counts = run(connection, rules, what, true);
    if (!options.dry_run && is_something(counts)) {
        if (!options.common.json) print(counts, unreachable, true);
        const std::string question = "Wrap these hashes with key " + today.key_id() +
                                     ", without which nobody is found by them any more";
        if (!confirmed("hash migrate", question, options.yes)) return ExitCode::not_everything;
        counts = run(connection, rules, what, false);
    }
    if (options.common.json) {
        std::cout << migrate_json(counts, unreachable, options.dry_run) << '\n';
    } else {
        if (!is_something(counts)) std::cout << "No hash is to be wrapped.\n";
        if (is_something(counts) || counts.held + counts.unfinished + counts.unknown > 0) {
            print(counts, unreachable, options.dry_run);
        }
    }
    return counts.held + counts.unfinished + counts.unknown > 0 ? ExitCode::not_everything : ExitCode::done;
}

std::string migrate_json(const MigrateCounts& counts, const std::vector<std::string>& unreachable,
                         bool dry_run) {
    nlohmann::ordered_json json{{"dry_run", dry_run},
                                {"contacts", counts.contacts},
                                {"records", counts.records},
                                {"addresses", counts.addresses},
                                {"held", counts.held},
                                {"unfinished", counts.unfinished},
                                {"unknown", counts.unknown},
                                {"columns", nlohmann::ordered_json::object()},
                                {"columns_not_reached", unreachable}};
    for (const auto& [column, cells] : counts.cells) json["columns"][column] = cells;
    return json.dump(2);
}

}  // namespace gdprd::command
