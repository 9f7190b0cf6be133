#include "daemon/command/seals.h"

#include <sys/stat.h>

#include <iostream>

#include "base/error.h"
#include "base/secret.h"
#include "base/signing_key.h"
#include "daemon/command/ledger.h"
#include "daemon/command/report/mass_report.h"
#include "daemon/command/terminal/new_files.h"
#include "daemon/command/terminal/text_table.h"
#include "daemon/sealing.h"
#include "verify/snapshot.h"

namespace gdprd::command {

namespace {

constexpr const char* not_proved =
    "\nWhat this does not prove: anything before a row's first seal; what was changed since the last seal in "
    "the\nway the program changes rows; and, without a copy of the seals that was kept outside (--seals), "
    "that no\nseals were cut off at the end, or all made anew by somebody who has the key. See "
    "docs/guide/seals.md.\n";

std::string seal_text(std::uint64_t number, const std::optional<Timestamp>& at) {
    return "seal " + std::to_string(number) + (at ? " of " + shown_time(*at) : "");
}

void require_key(const config::Config& config) {
    if (!config.seal.key.empty()) return;
    throw ConfigurationError("[seal] key_file: missing, and nothing is sealed without it",
                             "`mautic-gdprd ledger seal-key` makes a key");
}

// The copies that there are: the file of [seal] comes with the first seal.
std::vector<std::filesystem::path> copies_of(const LedgerVerifyOptions& options,
                                             const config::Config& config) {
    std::vector<std::filesystem::path> copies = options.copies;
    std::error_code ignored;
    if (!config.seal.file.empty() && std::filesystem::exists(config.seal.file, ignored)) {
        copies.push_back(config.seal.file);
    }
    return copies;
}

std::vector<std::string> keys_of(const LedgerVerifyOptions& options, const config::Config& config) {
    std::vector<std::string> keys;
    for (const std::string& text : options.public_keys) {
        const auto key = public_key_in(text);
        if (!key) {
            throw ConfigurationError("--public-key: not a public key of 64 hexadecimal digits",
                                     "`mautic-gdprd ledger seal-key` prints it");
        }
        keys.push_back(*key);
    }
    if (!keys.empty() || config.seal.key.empty()) return keys;
    return {SigningKey(config.seal.key).public_key()};
}

void print(const seal::SealReport& report, bool is_key_known) {
    std::cout << counted(report.seals, "seal");
    if (report.last) {
        std::cout << ", " << seal_text(report.first->number, report.first->at) << " to "
                  << seal_text(report.last->number, report.last->at);
    }
    std::cout << ".\n"
              << counted(report.rows, "row") << " compared; " << grouped(report.unsealed)
              << " of them new or changed since, and not sealed yet.\n";
    if (report.accepted > 0) {
        std::cout << counted(report.accepted, "seal covers", "seals cover")
                  << " rows as somebody accepted them (--accept).\n";
    }
    if (report.imported > 0) {
        std::cout << counted(report.imported, "seal covers", "seals cover")
                  << " rows that `ledger import` or `ledger addresses` brought.\n";
    }
    if (report.forgotten > 0) {
        std::cout << counted(report.forgotten, "seal covers", "seals cover")
                  << " rows whose hashes went at the end of their time, or by `ledger forget-key`.\n";
    }
    std::cout << grouped(report.copies_compared) << " seals compared with copies outside the database";
    if (report.copies_unreadable > 0)
        std::cout << "; " << counted(report.copies_unreadable, "line") << " cannot be read";
    std::cout << ".\n";
    for (const std::string& key : report.public_keys) std::cout << "Signed with " << key << ".\n";
    if (!is_key_known) std::cout << "Whose key the seals are signed with was not asked: --public-key.\n";
    if (report.found_count == 0) {
        std::cout << "\nEverything agrees.\n" << not_proved;
        return;
    }
    std::cout << '\n' << counted(report.found_count, "finding") << ":\n";
    TextTable table;
    for (const seal::Found& found : report.found) {
        const FindingWords words = words_of(found);
        table.add({words.subject, words.text});
    }
    table.print(std::cout, 2);
    if (report.found_count > report.found.size()) std::cout << "  …\n";
    std::cout << not_proved;
}

}  // namespace

FindingWords words_of(const seal::Found& found) {
    const std::string row =
        found.table ? std::string(seal::evidence_names.of(*found.table)) + ' ' + std::to_string(found.key)
                    : "";
    const std::string seal = seal_text(found.seal, found.sealed_at);
    switch (found.what) {
        case seal::Discrepancy::changed:
            return {row,
                    "changed since " + seal +
                        (found.as_in_seal == 0 ? ""
                                               : "; it is as in seal " + std::to_string(found.as_in_seal) +
                                                     ", as after a restore from a backup")};
        case seal::Discrepancy::removed:
            return {row, "is gone; " + seal + " covers it"};
        case seal::Discrepancy::added:
            return {row, "tells of a time before " + seal + ", and no seal covers it"};
        case seal::Discrepancy::signature:
            return {seal, "is not signed by its key: it was changed"};
        case seal::Discrepancy::chain:
            return {seal, "does not follow the one before: seals were removed or changed there"};
        case seal::Discrepancy::leaves:
            return {seal, "does not cover the rows that are filed under it: they were changed"};
        case seal::Discrepancy::key:
            return {seal, "is signed with another key than the one before, or than the one given"};
        case seal::Discrepancy::cut_off:
            return {seal, "is known, and not in the database: seals were cut off at the end"};
        case seal::Discrepancy::outside_copy:
            return {seal, "is another one than in the copy outside"};
        case seal::Discrepancy::unknown_layout:
            break;
    }
    return {seal, "was made by a later version of this program, which can verify it"};
}

seal::SealRun seal_now(database::Connection& connection, const config::Config& config, seal::SealKind kind) {
    require_key(config);
    seal::SealerOptions options = daemon::sealer_options(config);
    options.kind = kind;
    seal::Sealer sealer(std::move(options), [](const seal::Seal&) {});
    while (sealer.next(connection, [] {})) continue;
    return sealer.run();
}

ImportSealing::ImportSealing(database::Connection& connection, const config::Config& config, bool is_wanted)
    : connection_(connection), config_(config), is_wanted_(is_wanted && !config.seal.key.empty()) {
    attempt([&] {
        if (seal_now(connection_, config_, seal::SealKind::regular).findings == 0) return;
        obstacle_ = "the ledger did not agree with its seals before";
    });
}

std::string ImportSealing::finish() {
    attempt([&] { seal_now(connection_, config_, seal::SealKind::imported); });
    if (obstacle_.empty()) return {};
    return "Nothing of it is sealed, because " + obstacle_ +
           ": look at\n`mautic-gdprd ledger verify`, then `mautic-gdprd ledger seal --accept`.\n";
}

template <typename Work>
void ImportSealing::attempt(Work work) {
    if (!is_wanted_ || !obstacle_.empty()) return;
    try {
        work();
    } catch (const Error& error) {
        obstacle_ = "it could not be (" + describe(error) + ")";
    }
}

ExitCode ledger_seal(const LedgerSealOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    require_key(config);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    const seal::SealRun run =
        seal_now(connection, config, options.accept ? seal::SealKind::accepted : seal::SealKind::regular);
    if (options.common.json) {
        std::cout << seal_json(run, options.accept) << '\n';
    } else {
        std::cout << "Seal " << run.last->number << ": " << counted(run.compared, "row") << " compared, "
                  << grouped(run.sealed) << " sealed.\n";
        if (run.findings > 0) {
            std::cout << counted(run.findings, "row is", "rows are")
                      << " not what was sealed, and the program has not changed them; "
                      << (options.accept ? "they were sealed as they are.\n"
                                         : "`mautic-gdprd ledger verify` names them.\n");
        }
        std::cout << run.last->line() << '\n';
    }
    return run.findings > 0 && !options.accept ? ExitCode::not_everything : ExitCode::done;
}

ExitCode ledger_verify(const LedgerVerifyOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const auto keys = keys_of(options, config);
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    require_ledger(connection, config);
    seal::Store store(connection, config.ledger.database);
    const auto copies = copies_of(options, config);
    // Where others know of seals, that there are none is a finding.
    const bool is_known_of = !copies.empty() || store.noted_number() > 0;
    if (!store.exists() && is_known_of) {
        throw Error("the database of the seals is gone, and " +
                        std::string(copies.empty() ? "the ledger knows of some" : "there is a copy of some"),
                    "Bring it back from a backup; without one nothing shows any more what the ledger was");
    }
    if (!store.exists() || (!store.last() && !is_known_of)) {
        throw ConfigurationError(
            "the ledger has no seals",
            "`mautic-gdprd ledger seal-key` makes a key, `mautic-gdprd ledger seal` a seal");
    }
    const verify::Snapshot snapshot(connection);
    const seal::SealReport report = seal::verify_seals(connection, {config.ledger.database, keys, copies});
    if (options.common.json) {
        std::cout << verify_seals_json(report) << '\n';
    } else {
        print(report, !keys.empty());
    }
    return report.found_count == 0 ? ExitCode::done : ExitCode::not_everything;
}

ExitCode ledger_seal_key(const SealKeyOptions& options) {
    const std::filesystem::path file =
        options.file.value_or(options.config_file.parent_path() / seal_key_name);
    std::error_code ignored;
    const bool is_there = std::filesystem::exists(file, ignored);
    if (!is_there) {
        NewFiles files;
        files.write(file, make_signing_key(), S_IRUSR | S_IWUSR);
        files.keep();
    }
    const SigningKey key(read_secret_lines(std::filesystem::absolute(file).string()));
    TextTable table;
    table.add({"private key", file.string() + (is_there ? ", which is there already" : ", written")});
    table.add({"public key", key.public_key()});
    table.print(std::cout);
    std::cout << "Keep the public key outside this machine: with it seals can be verified.\n"
                 "For the daemon to seal: key_file = \""
              << file.filename().string() << "\" in [seal] of " << options.config_file.string()
              << ", `mautic-gdprd grants --missing --apply --admin root`, and a restart.\n";
    return ExitCode::done;
}

}  // namespace gdprd::command
