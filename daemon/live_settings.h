// What SIGHUP changes while the daemon runs: policy, triggers, hash and webhook secrets. Everything else
// (listeners, database, queue, workers, limits, log) needs a restart, and a reload that asks for it says so.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>

#include "daemon/assembly.h"
#include "daemon/webhook_secrets.h"
#include "health/metrics.h"
#include "health/readiness.h"
#include "worker/plan_cache.h"

namespace gdprd::daemon {

// Makes rules from a configuration. Keeps the configuration alive.
worker::PlanCache::Build rules_builder(std::shared_ptr<const Assembly> assembly);

// Tells readiness, metrics and log what the rules are, and what they cannot be.
worker::PlanCache::Observe rules_observer(health::Readiness& readiness, health::Metrics& metrics);

// Warnings of the log and of /readyz about erasures that the configuration's hash key cannot find. Throws
// DatabaseError.
void tell_missing_keys(database::Connection& connection, const config::Config& config,
                       health::Readiness& readiness);

class LiveSettings {
  public:
    // All references outlive this object.
    LiveSettings(std::filesystem::path config_file, std::shared_ptr<const Assembly> assembly,
                 worker::PlanCache& rules, WebhookSecrets& secrets, health::Readiness& readiness,
                 health::Metrics& metrics);

    // Reads the file again. Everything is checked first; with any mistake the old settings stay and the log
    // says why. Does not throw.
    void reload();

  private:
    void look_at_database(const config::Config& config);

    const std::filesystem::path config_file_;
    std::shared_ptr<const Assembly> assembly_;
    worker::PlanCache& rules_;
    WebhookSecrets& secrets_;
    health::Readiness& readiness_;
    health::Metrics& metrics_;
};

}  // namespace gdprd::daemon
