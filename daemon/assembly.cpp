#include "daemon/assembly.h"

#include <set>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "mautic/holds.h"
#include "notify/options.h"
#include "plan/build_plan.h"

namespace gdprd::daemon {

Assembly::Assembly(const std::filesystem::path& config_file, config::Reads reads)
    : config(config::load_config(config_file, reads)),
      map(mautic::load_data_map(config.mautic.data_map_file, config.mautic.own_data_map_files,
                                config.mautic.plugin_map_directory)) {}

std::shared_ptr<const erasure::Rules> make_rules(const mautic::Schema& schema, const Assembly& assembly,
                                                 plan::Misfit misfit) {
    const auto& config = assembly.config;
    const policy::Hasher hasher(config.hash);
    auto plan = std::make_shared<const plan::Plan>(
        plan::build_plan(assembly.map, config.policy, hasher, schema, misfit));
    const bool stop_on_unknown = config.policy.unknown == policy::UnknownRule::stop;
    std::shared_ptr<const files::ContactFiles> files;
    if (!config.mautic.directory.empty()) {
        files = std::make_shared<const files::ContactFiles>(config.mautic.directory);
    }
    std::vector<std::string> notified;
    for (const notify::Receiver& receiver : config.notify.receivers) notified.push_back(receiver.name);
    return std::make_shared<const erasure::Rules>(
        erasure::Rules{std::move(plan), hasher, config.triggers, config.ledger.database, stop_on_unknown,
                       mautic::holds_for(config.holds, schema), std::move(files), config.worker.slice_rows,
                       std::move(notified)});
}

void refuse_stopped(const erasure::Rules& rules) {
    if (!rules.is_stopped()) return;
    std::vector<std::string> names;
    std::set<std::string> advice;
    for (const discovery::Unknown* unknown : rules.plan->tied_unknown()) {
        names.push_back(unknown->name());
        advice.insert(rules.plan->advice_for(*unknown));
    }
    throw ConfigurationError("[policy] unknown = \"stop\": not known to the data map: " + join(names, ", "),
                             join(std::vector<std::string>(advice.begin(), advice.end()), ". "));
}

std::shared_ptr<const erasure::Rules> make_strict_rules(const mautic::Schema& schema,
                                                        const Assembly& assembly) {
    auto rules = make_rules(schema, assembly);
    refuse_stopped(*rules);
    return rules;
}

}  // namespace gdprd::daemon
