#include "daemon/assembly.h"

namespace gdprd::daemon {

Assembly::Assembly(const std::filesystem::path& config_file)
    : config(config::load_config(config_file)),
      map(mautic::load_data_map(config.mautic.data_map_file, config.mautic.own_data_map_files)) {}

std::shared_ptr<const erasure::Rules> make_rules(const mautic::Schema& schema, const Assembly& assembly) {
    const auto& config = assembly.config;
    const policy::Hasher hasher(config.hash);
    auto plan = std::make_shared<const erasure::Plan>(
        erasure::build_plan(assembly.map, config.policy, hasher, schema));
    const bool stop_on_unknown = config.policy.unknown == policy::UnknownRule::stop;
    std::shared_ptr<const files::ContactFiles> files;
    if (!config.mautic.directory.empty()) {
        files = std::make_shared<const files::ContactFiles>(config.mautic.directory);
    }
    return std::make_shared<const erasure::Rules>(erasure::Rules{std::move(plan), hasher, config.triggers,
                                                                 config.ledger.database, stop_on_unknown,
                                                                 true, config.holds, std::move(files)});
}

}  // namespace gdprd::daemon
