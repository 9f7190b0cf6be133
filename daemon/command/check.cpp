#include "daemon/command/check.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <iostream>
#include <optional>

#include "base/error.h"
#include "base/signing_key.h"
#include "base/text.h"
#include "daemon/assembly.h"
#include "daemon/command/check/config.h"
#include "daemon/command/check/contacts.h"
#include "daemon/command/check/expressions.h"
#include "daemon/command/check/grants.h"
#include "daemon/command/check/holds.h"
#include "daemon/command/check/instances.h"
#include "daemon/command/check/notifications.h"
#include "daemon/command/check/report.h"
#include "daemon/command/check/server.h"
#include "daemon/command/check/tables.h"
#include "daemon/command/check/webhook.h"
#include "daemon/command/report/json_output.h"
#include "daemon/missing_keys.h"
#include "database/connection.h"
#include "ledger/ledger.h"
#include "ledger/owner.h"
#include "queue/queue.h"
#include "rights/remedy.h"
#include "seal/outside.h"
#include "seal/store.h"

namespace gdprd::command {

namespace {

// It looks; it does not queue up behind a dump or ALTER TABLE.
constexpr Milliseconds lock_wait_max{1'000};

// "secret file …" and "[hash] …" have topics of their own, so that they are not overlooked.
std::string topic_of_warning(const std::string& warning) {
    if (warning.starts_with("secret file ")) return "secrets";
    return warning.starts_with("[hash]") ? "hash" : "configuration";
}

void check_secrets(const config::Config& config, CheckReport& report) {
    bool warned = false;
    for (const std::string& warning : config.warnings) {
        const std::string topic = topic_of_warning(warning);
        warned = warned || topic == "secrets";
        report.warning(topic, warning);
    }
    if (!warned) {
        report.ok("secrets", counted(config.webhook.secrets.size(), "webhook secret") +
                                 (config.webhook.secrets_from_database ? " and those of Mautic" : "") +
                                 (config.database.password.empty() ? ", no password" : ", a password") +
                                 (config.hash.key.empty() ? ", no hash key" : ", a hash key"));
    }
    const policy::Hasher hasher(config.hash);
    if (hasher.keyed()) {
        report.ok("hash", hasher.algorithm_name() + ", key " + hasher.key_id() +
                              ": of no use to whoever lacks the key");
    }
}

std::optional<daemon::Assembly> check_configuration(const std::filesystem::path& file, CheckReport& report) {
    try {
        const config::Config config = config::load_config(file);
        report.ok("configuration", file.string());
        check_secrets(config, report);
    } catch (const ConfigurationError& error) {
        report.problem("configuration", error);
        return std::nullopt;
    }
    try {
        daemon::Assembly assembly(file);
        report.ok("data map", assembly.config.mautic.data_map_file.string() + ": " +
                                  counted(assembly.map.entries.size(), "entry", "entries"));
        return assembly;
    } catch (const ConfigurationError& error) {
        report.problem("data map", error);
        return std::nullopt;
    }
}

void check_queue(const config::Config& config, CheckReport& report) {
    const auto& directory = config.queue.directory;
    std::error_code ignored;
    if (std::filesystem::exists(directory, ignored) && !std::filesystem::is_directory(directory, ignored)) {
        report.problem("queue", directory.string() + ": not a directory", "Correct [queue] directory");
        return;
    }
    if (!std::filesystem::is_directory(directory, ignored)) {
        report.warning("queue", directory.string() + ": not there yet; `serve` makes it");
        return;
    }
    if (::access(directory.c_str(), R_OK | W_OK | X_OK) != 0) {
        report.problem("queue", directory.string() + ": cannot be written to: " + std::strerror(errno),
                       "It must belong to the user the daemon runs as");
        return;
    }
    if (!std::filesystem::exists(directory / "queue.db", ignored)) {
        report.ok("queue", directory.string() + ": writable; `serve` makes the file");
        return;
    }
    try {
        const auto status = queue::QueueFile(config.queue).status();
        std::int64_t jobs = 0;
        for (const auto& [state, count] : status.jobs) jobs += count;
        report.ok("queue", directory.string() + ": format " + std::to_string(status.format_version) + ", " +
                               counted(static_cast<std::uint64_t>(jobs), "job"));
        if (const auto parked = status.jobs.at(queue::JobState::parked); parked > 0) {
            report.warning("queue", counted(static_cast<std::uint64_t>(parked), "job") + " parked",
                           "`mautic-gdprd queue list --state parked` shows why");
        }
    } catch (const Error& error) {
        report.problem("queue", error);
    }
}

void check_unknown(const config::Config& config, const plan::Plan& plan, CheckReport& report) {
    const bool stops = config.policy.unknown == policy::UnknownRule::stop;
    for (const discovery::Unknown* unknown : plan.tied_unknown()) {
        const std::string text = unknown->name() + ": not known to the data map: " + unknown->reason;
        const std::string advice = plan.advice_for(*unknown);
        if (stops) {
            report.problem("unknown", text + "; [policy] unknown = \"stop\": nobody is erased", advice);
        } else {
            report.warning("unknown", text + "; it is " + unknown->fate(), advice);
        }
    }
    constexpr std::uint64_t named_max = 10;
    std::uint64_t named = 0;
    std::uint64_t others = 0;
    for (const discovery::Unknown& unknown : plan.unknown) {
        if (unknown.leads_to_contacts && unknown.is_certain) continue;
        if (unknown.leads_to_contacts && ++named <= named_max) {
            report.warning("unknown",
                           unknown.name() + ": not known to the data map, and may be about contacts: " +
                               unknown.reason + "; it stops nothing, and is " + unknown.fate(),
                           plan.advice_for(unknown));
        } else {
            ++others;
        }
    }
    if (others > 0) {
        report.ok("unknown", counted(others, "table or column", "tables or columns") +
                                 " that nobody has decided about, and nothing certain leads from there to "
                                 "contacts: `mautic-gdprd coverage` names them");
    }
}

std::shared_ptr<const erasure::Rules> check_policy(database::Connection& connection,
                                                   const daemon::Assembly& assembly, CheckReport& report) {
    const std::string& prefix = assembly.config.mautic.table_prefix;
    std::optional<mautic::Schema> schema;
    try {
        schema = mautic::read_schema(connection, prefix);
        report.ok("schema",
                  counted(schema->tables.size(), "table") +
                      (prefix.empty() ? " without a prefix, " : " with the prefix " + prefix + ", ") +
                      counted(schema->contact_fields.size(), "contact field"));
    } catch (const ConfigurationError& error) {
        report.problem("schema", error);
        return nullptr;
    }
    try {
        auto rules = daemon::make_rules(*schema, assembly);
        report.ok("policy", "fits the schema; " + counted(rules->plan->steps.size(), "step"));
        for (const std::string& warning : rules->plan->warnings) report.warning("policy", warning);
        for (const auto& limitation : rules->plan->limitations) {
            report.warning("policy", limitation.name() + ": " + limitation.what, limitation.remedy);
        }
        check_unknown(assembly.config, *rules->plan, report);
        check_holds(connection, assembly.config, *schema, report);
        check_tables(connection, assembly.config, *schema, *rules->plan, report);
        return rules;
    } catch (const ConfigurationError& error) {
        report.problem("policy", error);
        return nullptr;
    }
}

// Root may write to every file; the service may only to its own.
void check_seal_file(const std::filesystem::path& file, CheckReport& report) {
    const auto advice = "It must belong to the user the daemon runs as, as its directory";
    struct stat of_file {};
    struct stat of_directory {};
    if (::stat(file.parent_path().c_str(), &of_directory) != 0) {
        return report.problem("seals", file.string() + ": " + std::strerror(errno), "Correct [seal] file");
    }
    const bool is_there = ::stat(file.c_str(), &of_file) == 0;
    if (::access((is_there ? file : file.parent_path()).c_str(), R_OK | W_OK) != 0) {
        return report.problem("seals", file.string() + ": cannot be added to: " + std::strerror(errno),
                              advice);
    }
    if (is_there && ::geteuid() == 0 && of_file.st_uid == 0 && of_directory.st_uid != 0) {
        return report.problem(
            "seals", file.string() + ": belongs to root, so that the daemon cannot add to it", advice);
    }
    try {
        seal::OutsideFile(file).last();
    } catch (const Error& error) {
        report.problem("seals", error);
    }
}

void check_seals(database::Connection& connection, const config::Config& config, CheckReport& report) {
    if (config.seal.key.empty()) {
        report.warning("seals", "no key to sign with: whoever has the database can change the ledger unseen",
                       "`mautic-gdprd ledger seal-key` makes one");
        return;
    }
    const std::string public_key = SigningKey(config.seal.key).public_key();
    if (!config.seal.file.empty()) check_seal_file(config.seal.file, report);
    check_seal_grants(connection, config.ledger.database, report);
    try {
        seal::Store store(connection, config.ledger.database);
        const auto last = store.exists() ? store.last() : std::nullopt;
        report.ok("seals", "public key " + public_key + ", " +
                               (last ? "seal " + std::to_string(last->number) + " of " + shown_time(last->at)
                                     : "none made yet"));
    } catch (const ConfigurationError&) {
        return;  // the right to read them is missing, which is said
    }
}

void check_keys(database::Connection& connection, const config::Config& config, CheckReport& report) {
    for (const std::string& warning : daemon::missing_key_warnings(connection, config)) {
        report.warning("hash", warning);
    }
}

void check_ledger(database::Connection& connection, const config::Config& config, CheckReport& report) {
    const std::string& name = config.ledger.database;
    const auto format = ledger::Ledger(connection, name).format_found();
    if (!format) {
        if (const auto trace = ledger::trace_of_lost_ledger(connection, name)) {
            report.problem("ledger", name + ": is gone, and " + *trace + " shows that there was one",
                           "Bring it back from its own backup, or by `mautic-gdprd ledger import`");
        } else if (may_create(connection, name)) {
            report.warning("ledger", name + ": not there yet; `serve` makes it",
                           "`mautic-gdprd init --ledger-only` makes it now");
        } else {
            report.problem("ledger", name + ": not there, and the user may not make it", rights::remedy);
        }
    } else if (*format > ledger::Ledger::format) {
        report.problem("ledger",
                       name + ": has format " + std::to_string(*format) + ", this program knows up to " +
                           std::to_string(ledger::Ledger::format),
                       "Run the newer mautic-gdprd");
    } else {
        try {
            ledger::require_owner(connection, name, config.mautic.table_prefix);
            report.ok("ledger", name + ": format " + std::to_string(*format));
        } catch (const ConfigurationError& error) {
            report.problem("ledger", error);
        }
        if (*format == ledger::Ledger::format) check_keys(connection, config, report);
        check_ledger_grants(connection, name, report);
        check_lookup_log_grants(connection, name, report);
        check_seals(connection, config, report);
        check_ledger_tables(connection, name, report);
        check_notifications(connection, config, *format, report);
        check_missing_contacts(connection, name, config.mautic.table_prefix, report);
    }
}

void check_database(const daemon::Assembly& assembly, CheckReport& report) {
    database::ConnectionOptions options = assembly.config.database;
    options.lock_wait_timeout = std::min(options.lock_wait_timeout, lock_wait_max);
    try {
        database::Connection connection(options);
        report.ok("database", connection.server_name() + ", database " + assembly.config.database.database);
        check_binary_log(connection, report);
        check_statement_logs(connection, report);
        describe_copies(connection, report);
        const auto rules = check_policy(connection, assembly, report);
        if (rules) {
            check_grants(connection, *rules, report);
            check_reads(connection, *rules->plan, report);
            check_value_copies(connection, *rules->plan, report);
            check_expressions(connection, *rules, report);
            check_writes(connection, *rules, report);
        }
        if (rules && assembly.config.suppression.mode == background::SuppressionMode::do_not_contact) {
            check_suppression_grant(connection, *rules->plan, report);
        }
        check_ledger(connection, assembly.config, report);
        if (rules) check_webhook(connection, assembly.config, report);
    } catch (const database::DatabaseError& error) {
        if (error.error_class() != database::ErrorClass::conflict) return report.problem("database", error);
        report.problem("database", std::string(error.what()) + ": somebody has locked the table",
                       check_again);
    } catch (const Error& error) {  // also when the session cannot be made what it must be
        report.problem("database", error);
    }
}

CheckReport check_one(const std::filesystem::path& config_file) {
    CheckReport report;
    if (const auto assembly = check_configuration(config_file, report)) {
        check_readable_for_service(config_file, report);
        check_listeners(assembly->config, report);
        check_queue(assembly->config, report);
        check_files(assembly->config, report);
        check_database(*assembly, report);
    }
    return report;
}

ExitCode code_of(const CheckReport& report) {
    return report.count(CheckLine::Kind::problem) == 0 ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace

ExitCode check(const CommonOptions& options) {
    const database::ThreadScope thread;
    const CheckReport report = check_one(options.config_file);
    if (options.json) {
        std::cout << to_json(report) << '\n';
    } else {
        report.print();
    }
    return code_of(report);
}

ExitCode check_all(const AllInstances& options) {
    const database::ThreadScope thread;
    const auto instances = find_instances(options.directory);
    if (instances.empty()) {
        throw ConfigurationError(options.directory.string() + ": has no configuration",
                                 "`mautic-gdprd init --instance NAME` makes one");
    }
    std::vector<CheckedInstance> checked;
    for (const Instance& instance : instances) {
        checked.push_back({instance, check_one(instance.config_file)});
        if (options.json) continue;
        std::cout << "== " << instance.config_file.string() << '\n';
        checked.back().report.print();
        std::cout << '\n' << std::flush;
    }
    const CheckReport apart = check_apart(instances, skipped_in(options.directory));
    if (options.json) {
        std::cout << to_json(checked, apart) << '\n';
    } else {
        std::cout << "== what " << counted(instances.size(), "configuration") << " must not share\n";
        apart.print();
    }
    const bool all_well = std::all_of(checked.begin(), checked.end(), [](const CheckedInstance& one) {
        return code_of(one.report) == ExitCode::done;
    });
    return all_well ? code_of(apart) : ExitCode::not_everything;
}

}  // namespace gdprd::command
