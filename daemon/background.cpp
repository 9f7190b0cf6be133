#include "daemon/background.h"

#include <algorithm>

#include "audit/background_audit.h"
#include "background/webhook_watch.h"
#include "daemon/audited_database.h"
#include "daemon/deletion_circuit_breaker.h"
#include "daemon/retention.h"
#include "daemon/sealing.h"
#include "orphans/orphaned_rows.h"
#include "reconciliation/sweep.h"
#include "suppression/suppression.h"

namespace gdprd::daemon {

namespace {

constexpr Milliseconds webhook_watch_period{60'000};

std::unique_ptr<background::Task> webhook_watch(const config::Config& config, WebhookSecrets& secrets,
                                                health::Metrics& metrics, health::Readiness& readiness) {
    return std::make_unique<background::WebhookWatch>(
        std::min(webhook_watch_period, config.sweep.incremental),
        background::WebhookWatch::Dependencies{
            [&secrets] { return secrets.expectations(); },
            [&secrets](const webhook_setup::WebhookTarget& target, const std::vector<std::string>& found) {
                secrets.take_from_database(target, found);
            },
            readiness, metrics});
}

std::unique_ptr<background::Task> audit_task(const config::Config& config, health::Metrics& metrics) {
    audit::BackgroundAuditOptions options;
    options.schedule = config.audit.schedule;
    if (!config.audit.database_host.empty()) options.replica = audited_database(config);
    options.mautic_directory = config.mautic.directory;
    options.pass = audit_pass_options(config);
    return std::make_unique<audit::BackgroundAudit>(std::move(options), metrics);
}

}  // namespace

Milliseconds pass_overdue(const config::Config& config) {
    Milliseconds longest{0};
    for (const Milliseconds delay : config.worker.settle) longest = std::max(longest, delay);
    return longest + 10 * config.sweep.webhook_delay;
}

// Those that come first have their first look first.
std::vector<std::unique_ptr<background::Task>> background_tasks(const config::Config& config,
                                                                queue::Queue& queue, WebhookSecrets& secrets,
                                                                orphans::Deletions& deletions,
                                                                health::Metrics& metrics,
                                                                health::Readiness& readiness) {
    std::vector<std::unique_ptr<background::Task>> tasks;
    tasks.push_back(webhook_watch(config, secrets, metrics, readiness));
    tasks.push_back(
        std::make_unique<reconciliation::Sweep>(config.sweep, pass_overdue(config), queue, metrics));
    tasks.push_back(std::make_unique<suppression::Suppression>(config.suppression, config.sweep, metrics));
    tasks.push_back(std::make_unique<orphans::OrphanedRows>(
        config.deleted_contacts, config.sweep, deletions,
        DeletionCircuitBreaker(queue, config.queue.erasures_per_hour_max), metrics));
    if (config.retention.hashes) tasks.push_back(std::make_unique<Retention>(config, queue, metrics));
    if (!config.seal.key.empty()) tasks.push_back(std::make_unique<Sealing>(config, metrics));
    tasks.push_back(audit_task(config, metrics));
    return tasks;
}

}  // namespace gdprd::daemon
