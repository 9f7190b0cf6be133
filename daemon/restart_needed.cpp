#include "daemon/restart_needed.h"

namespace gdprd::daemon {

// Begins with what runs: what nobody thought of waits for a restart, and does not change half.
config::Config live_part(const config::Config& running, const config::Config& after) {
    config::Config live = running;
    live.mautic.data_map_file = after.mautic.data_map_file;
    live.mautic.own_data_map_files = after.mautic.own_data_map_files;
    live.mautic.plugin_map_directory = after.mautic.plugin_map_directory;
    live.mautic.directory = after.mautic.directory;
    live.webhook = after.webhook;
    live.webhook.path = running.webhook.path;
    live.triggers = after.triggers;
    live.holds = after.holds;
    live.policy = after.policy;
    live.hash = after.hash;
    live.lookup = after.lookup;
    live.warnings = after.warnings;
    return live;
}

std::string restart_needed(const config::Config& running, const config::Config& after) {
    std::string sections;
    const auto compare = [&](const char* section, bool same) {
        if (!same) sections += std::string(sections.empty() ? "" : ", ") + "[" + section + "]";
    };
    const auto same = [&](auto member) { return running.*member == after.*member; };
    using config::Config;
    compare("mautic", running.mautic.table_prefix == after.mautic.table_prefix);
    compare("database", same(&Config::database));
    compare("ledger", same(&Config::ledger));
    compare("seal", same(&Config::seal));
    compare("notify", same(&Config::notify));
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
    compare("audit", same(&Config::audit));
    compare("retention", same(&Config::retention));
    compare("health", same(&Config::health));
    compare("log", same(&Config::log));
    return sections;
}

}  // namespace gdprd::daemon
