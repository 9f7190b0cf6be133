#include "daemon/command/forget.h"

#include <algorithm>
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

namespace gdprd::command {

namespace {

using retention::ForgetCounts;
using retention::ForgetOptions;

struct Forgetting {
    std::string command;
    std::string of_what;  // "older than 3y"
    ForgetOptions options;
    bool dry_run = false;
    bool yes = false;
    bool json = false;
};

ForgetCounts run(database::Connection& connection, const std::shared_ptr<const erasure::Rules>& rules,
                 ForgetOptions options, bool dry_run) {
    options.dry_run = dry_run;
    retention::Forgetter forgetter(rules, std::move(options), daemon::tell_seal);
    while (forgetter.next(connection)) continue;
    return forgetter.counts();
}

std::uint64_t cells_of(const ForgetCounts& counts) {
    std::uint64_t cells = 0;
    for (const auto& [column, count] : counts.cells) cells += count;
    return cells;
}

void print(const ForgetCounts& counts, const std::vector<std::string>& unreachable, bool dry_run) {
    TextTable table;
    const std::string would = dry_run ? "would be " : "";
    table.add({grouped(counts.contacts), "contacts " + would + "forgotten"});
    table.add({grouped(counts.records), "records of erasures " + would + "without hash, key id and marks"});
    table.add({grouped(counts.addresses), "filed addresses " + would + "forgotten"});
    for (const auto& [column, cells] : counts.cells) {
        table.add({grouped(cells), "hashes in " + column + ' ' + would + "removed"});
    }
    if (counts.fingerprints > 0)
        table.add({grouped(counts.fingerprints), "fingerprints " + would + "removed"});
    if (counts.held > 0) table.add({grouped(counts.held), "contacts on hold: left alone"});
    if (counts.unfinished > 0) {
        table.add({grouped(counts.unfinished), "contacts whose erasure is not complete: left alone"});
    }
    if (counts.there_again > 0) {
        table.add({grouped(counts.there_again),
                   "contacts whose erased address stands in Mautic again: left alone. Run reapply after a "
                   "restore"});
    }
    table.print(std::cout, 2);
    print_unreachable(unreachable);
}

ExitCode carry_out(const daemon::Assembly& assembly, database::Connection& connection,
                   const Forgetting& what) {
    const auto rules =
        daemon::make_rules(mautic::read_schema(connection, assembly.config.mautic.table_prefix), assembly);
    const auto unreachable = retention::unreachable_columns(*rules->plan);
    ForgetCounts counts = run(connection, rules, what.options, true);
    const bool is_something = counts.contacts > 0 || counts.addresses > 0 || counts.fingerprints > 0;
    if (!what.dry_run && is_something) {
        if (!what.json) print(counts, unreachable, true);
        const std::string question = "Forget for good who these were, " + what.of_what;
        if (!confirmed(what.command, question, what.yes)) return ExitCode::not_everything;
        counts = run(connection, rules, what.options, false);
    }
    if (what.json) {
        std::cout << forget_json(counts, unreachable, what.dry_run) << '\n';
    } else if (!is_something) {
        std::cout << "Nothing is to be forgotten.\n";
        if (counts.left_alone() > 0) print(counts, unreachable, what.dry_run);
    } else {
        print(counts, unreachable, what.dry_run);
    }
    return counts.left_alone() > 0 ? ExitCode::not_everything : ExitCode::done;
}

ledger::HashKey key_named(const std::string& name) {
    const auto key_id = key_id_in(name, "ledger forget-key");
    if (!key_id) return {{name}, ""};
    ledger::HashKey key{{}, *key_id};
    for (const std::string& one : policy::Hasher::all_algorithm_names()) {
        if (one.starts_with("hmac-") || one.starts_with("wrapped-")) key.algorithms.push_back(one);
    }
    return key;
}

bool is_in_use(const policy::HashOptions& options, const ledger::HashKey& key) {
    const policy::Hasher hasher(options);
    const auto& algorithms = key.algorithms;
    return hasher.key_id() == key.key_id &&
           std::find(algorithms.begin(), algorithms.end(), hasher.algorithm_name()) != algorithms.end();
}

}  // namespace

ExitCode ledger_forget(const ForgetCommandOptions& options) {
    const daemon::Assembly assembly(options.common.config_file);
    const config::Config& config = assembly.config;
    const auto age = options.older_than ? options.older_than : config.retention.hashes;
    if (!age && !options.again) {
        throw ConfigurationError("ledger forget: [retention] hashes is \"never\", and no age is named",
                                 "Say how old an erasure must be: --older-than 3y");
    }
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    Forgetting what;
    what.command = "ledger forget";
    what.options.seals = daemon::row_seal_options(config);
    what.options.again = options.again;
    if (options.again) {
        what.of_what = "in what came back of those who are forgotten already";
    } else {
        what.options.rule.before = retention::cutoff(connection, *age);
        what.of_what = "whose erasure was finished before " + shown_time(*what.options.rule.before);
    }
    what.dry_run = options.dry_run;
    what.yes = options.yes;
    what.json = options.common.json;
    return carry_out(assembly, connection, what);
}

ExitCode ledger_forget_key(const ForgetKeyOptions& options) {
    const daemon::Assembly assembly(options.common.config_file);
    const ledger::HashKey key = key_named(options.key);
    const database::ThreadScope thread;
    database::Connection connection(assembly.config.database);
    require_ledger(connection, assembly.config);
    Forgetting what;
    what.command = "ledger forget-key";
    what.of_what = key.key_id.empty() ? "hashed with " + options.key + " without a key"
                                      : "hashed with key " + options.key;
    if (is_in_use(assembly.config.hash, key)) what.of_what += ", which new erasures still use";
    what.options.seals = daemon::row_seal_options(assembly.config);
    what.options.rule.key = key;
    what.dry_run = options.dry_run;
    what.yes = options.yes;
    what.json = options.common.json;
    return carry_out(assembly, connection, what);
}

std::string forget_json(const ForgetCounts& counts, const std::vector<std::string>& unreachable,
                        bool dry_run) {
    nlohmann::ordered_json json{{"dry_run", dry_run},
                                {"contacts", counts.contacts},
                                {"records", counts.records},
                                {"addresses", counts.addresses},
                                {"fingerprints", counts.fingerprints},
                                {"held", counts.held},
                                {"unfinished", counts.unfinished},
                                {"there_again", counts.there_again},
                                {"hashes_removed", cells_of(counts)},
                                {"columns", nlohmann::ordered_json::object()},
                                {"columns_not_reached", unreachable}};
    for (const auto& [column, cells] : counts.cells) json["columns"][column] = cells;
    return json.dump(2);
}

}  // namespace gdprd::command
