#include "daemon/live_settings.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/log.h"
#include "daemon/missing_keys.h"
#include "daemon/restart_needed.h"
#include "plan/build_plan.h"
#include "rights/remedy.h"

namespace gdprd::daemon {

namespace {

using health::Component;

void report_rights(const erasure::Rules& rules, health::Readiness& readiness, health::Metrics& metrics) {
    std::vector<std::string> warnings;
    for (const auto& right : rules.plan->missing_rights) {
        warnings.push_back(
            right.privilege + " on " + right.real_table + " is not granted: " +
            (right.stops_all ? "nobody can be erased" : "what it holds of erased contacts waits") + ". " +
            rights::remedy);
    }
    metrics.missing_rights(warnings.size());
    readiness.set_warnings("rights", std::move(warnings));
}

void report_unknown(const erasure::Rules& rules, health::Readiness& readiness, health::Metrics& metrics) {
    const auto unknown = rules.plan->tied_unknown();
    std::size_t tables = 0;
    std::size_t columns = 0;
    for (const discovery::Unknown* one : unknown) ++(one->column.empty() ? tables : columns);
    for (const auto& limitation : rules.plan->limitations) {
        if (limitation.left) ++(limitation.column.empty() ? tables : columns);
        log::warning(limitation.left ? "an erasure leaves something here" : "not as the policy asks for",
                     {{"table", limitation.table},
                      {"column", limitation.column.empty() ? "*" : limitation.column},
                      {"why", limitation.what},
                      {"remedy", limitation.remedy}});
    }
    metrics.unknown_tables(tables);
    metrics.unknown_columns(columns);
    for (const discovery::Unknown* one : unknown) {
        log::warning(one->emptied ? "tied to contacts, not in the data map, and emptied by its type"
                                  : "tied to contacts and not covered",
                     {{"table", one->table},
                      {"column", one->column.empty() ? "*" : one->column},
                      {"rows", one->fate()},
                      {"why", one->reason},
                      {"remedy", rules.plan->advice_for(*one)}});
    }
    if (const auto others = rules.plan->unknown.size() - unknown.size(); others > 0) {
        log::info(
            "tables that nobody has decided about, and nothing certain leads from there to contacts; "
            "`mautic-gdprd coverage` names them",
            {{"tables", others}});
    }
    const bool stopped = rules.is_stopped();
    readiness.set(Component::policy, !stopped,
                  stopped
                      ? "[policy] unknown = \"stop\", and " + std::to_string(unknown.size()) +
                            " tables or columns tied to contacts are not in the data map; erasing is paused"
                      : std::string());
}

}  // namespace

// The first plan of a configuration tells the operator what of it cannot be carried out, at start or by the
// reload. The plans after it are made because the schema has changed, which must stop nobody's erasure.
worker::PlanCache::Build rules_builder(std::shared_ptr<const Assembly> assembly) {
    return [assembly = std::move(assembly),
            misfit = plan::Misfit::refused](const mautic::Schema& schema) mutable {
        auto rules = make_rules(schema, *assembly, misfit);
        misfit = plan::Misfit::limited;
        return rules;
    };
}

worker::PlanCache::Observe rules_observer(health::Readiness& readiness, health::Metrics& metrics) {
    // The plan cache calls it under its lock.
    return [&readiness, &metrics, schema = std::string(), told = std::string()](
               const std::shared_ptr<const erasure::Rules>& rules, const std::string& problem) mutable {
        if (rules == nullptr) {
            readiness.set(Component::schema, false, problem);
            readiness.set(Component::policy, false, "it does not fit the schema");
            // It is looked at again every second.
            if (std::exchange(told, problem) != problem) {
                log::error("erasing is paused: the policy does not fit the live schema", {{"why", problem}});
            }
            return;
        }
        told.clear();
        if (!schema.empty() && schema != rules->plan->schema_digest) metrics.schema_refreshed();
        schema = rules->plan->schema_digest;
        readiness.set(Component::schema, true, {});
        log::info("plan made", {{"steps", rules->plan->steps.size()},
                                {"schema", rules->plan->schema_digest.substr(0, 12)},
                                {"policy", rules->plan->policy_digest.substr(0, 12)}});
        for (const std::string& warning : rules->plan->warnings) log::warning(warning);
        report_unknown(*rules, readiness, metrics);
        report_rights(*rules, readiness, metrics);
    };
}

LiveSettings::LiveSettings(std::filesystem::path config_file, std::shared_ptr<const Assembly> assembly,
                           worker::PlanCache& rules, WebhookSecrets& secrets, health::Readiness& readiness,
                           health::Metrics& metrics)
    : config_file_(std::move(config_file)),
      assembly_(std::move(assembly)),
      rules_(rules),
      secrets_(secrets),
      readiness_(readiness),
      metrics_(metrics) {}

void tell_missing_keys(database::Connection& connection, const config::Config& config,
                       health::Readiness& readiness) {
    auto warnings = missing_key_warnings(connection, config);
    for (const std::string& warning : warnings) log::warning(warning);
    readiness.set_warnings("hash key", std::move(warnings));
}

// What a reload looks up in the database at once. That is the one of the start, as everywhere until a
// restart.
void LiveSettings::look_at_database(const config::Config& config) {
    const config::Config& running = assembly_->config;
    try {
        database::Connection connection(running.database);
        secrets_.read_from_database(connection, running.mautic.table_prefix);
        tell_missing_keys(connection, config, readiness_);
    } catch (const Error& error) {
        log::warning(
            "the database could not be asked after the reload; secrets of the webhook that are there are "
            "read "
            "again soon",
            {{"why", describe(error)}});
    }
}

void LiveSettings::reload() {
    try {
        auto read = std::make_shared<Assembly>(config_file_);
        const std::string waiting = restart_needed(assembly_->config, read->config);
        read->config = live_part(assembly_->config, read->config);
        const std::shared_ptr<const Assembly> assembly = std::move(read);
        rules_.replace_configuration(rules_builder(assembly));  // throws before it changes anything
        secrets_.replace_configuration(assembly->config);
        look_at_database(assembly->config);
        // Later reloads are compared with what runs, and what needs a restart still runs as it was started.
        metrics_.reloaded(true);
        log::info("configuration reloaded");
        if (!waiting.empty()) {
            log::warning("changed options need a restart to take effect", {{"sections", waiting}});
        }
    } catch (const std::exception& error) {
        metrics_.reloaded(false);
        log::error("rejected the new configuration; keeping the old one", {{"why", describe(error)}});
    }
}

}  // namespace gdprd::daemon
