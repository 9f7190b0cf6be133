#include "daemon/restart_needed.h"

#include <tuple>

namespace gdprd::daemon {

namespace {

// Each names every member, so that a new one does not compile until it is compared.
auto parts(const database::ConnectionOptions& options) {
    const auto& [a, b, c, d, e, f, g, h, i, j] = options;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
}

auto parts(const http::Listener& listener) {
    const auto& [a, b, c, d] = listener;
    return std::tie(a, b, c, d);
}

auto parts(const http::Limits& limits) {
    const auto& [a, b, c, d, e, f, g, h, i, j] = limits;
    return std::tie(a, b, c, d, e, f, g, h, i, j);
}

auto parts(const worker::WorkerOptions& options) {
    const auto& [a, b, c, d, e, f, g, h, i] = options;
    return std::tie(a, b, c, d, e, f, g, h, i);
}

auto parts(const sweep::SweepOptions& options) {
    const auto& [a, b, c, d, e] = options;
    return std::tie(a, b, c, d, e);
}

auto parts(const sweep::SuppressionOptions& options) {
    const auto& [a, b] = options;
    return std::tie(a, b);
}

auto parts(const config::LedgerOptions& options) {
    const auto& [a] = options;
    return std::tie(a);
}

auto parts(const config::HealthOptions& options) {
    const auto& [a] = options;
    return std::tie(a);
}

auto parts(const config::LogOptions& options) {
    const auto& [a, b] = options;
    return std::tie(a, b);
}

}  // namespace

// Begins with what runs: what nobody thought of waits for a restart, and does not change half.
config::Config live_part(const config::Config& running, const config::Config& after) {
    config::Config live = running;
    live.mautic.data_map_file = after.mautic.data_map_file;
    live.mautic.own_data_map_files = after.mautic.own_data_map_files;
    live.mautic.directory = after.mautic.directory;
    live.webhook = after.webhook;
    live.webhook.path = running.webhook.path;
    live.triggers = after.triggers;
    live.holds = after.holds;
    live.policy = after.policy;
    live.hash = after.hash;
    live.warnings = after.warnings;
    return live;
}

std::string restart_needed(const config::Config& running, const config::Config& after) {
    std::string sections;
    const auto compare = [&](const char* section, bool same) {
        if (!same) sections += std::string(sections.empty() ? "" : ", ") + "[" + section + "]";
    };
    const auto same = [&](auto member) { return parts(running.*member) == parts(after.*member); };
    using config::Config;
    compare("mautic", running.mautic.table_prefix == after.mautic.table_prefix);
    compare("database", same(&Config::database));
    compare("ledger", same(&Config::ledger));
    compare("listen", same(&Config::webhook_listener) && same(&Config::health_listener) &&
                          running.separate_health_listener == after.separate_health_listener &&
                          running.webhook.path == after.webhook.path);
    compare("limits", same(&Config::limits));
    compare("queue", running.queue.directory == after.queue.directory &&
                         running.queue.jobs_max == after.queue.jobs_max);
    compare("worker", same(&Config::worker));
    compare("sweep", same(&Config::sweep));
    compare("safety", running.queue.erasures_per_hour_max == after.queue.erasures_per_hour_max);
    compare("suppression", same(&Config::suppression));
    compare("deleted_contacts", running.deleted_contacts == after.deleted_contacts);
    compare("health", same(&Config::health));
    compare("log", same(&Config::log));
    return sections;
}

}  // namespace gdprd::daemon
