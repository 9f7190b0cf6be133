#include "daemon/assembly.h"

namespace gdprd::daemon {

Assembly::Assembly(const std::filesystem::path& config_file)
    : config(config::load_config(config_file)), map(mautic::load_data_map(config.mautic.data_map_file)) {}

std::shared_ptr<const erasure::Rules> make_rules(database::Connection& connection, const Assembly& assembly) {
    const auto& config = assembly.config;
    const policy::Hasher hasher(config.hash);
    const auto schema = mautic::read_schema(connection, config.mautic.table_prefix);
    auto plan = std::make_shared<const erasure::Plan>(
        erasure::build_plan(assembly.map, config.policy, hasher, schema));
    return std::make_shared<const erasure::Rules>(
        erasure::Rules{std::move(plan), hasher, config.triggers, config.ledger.database, true});
}

}  // namespace gdprd::daemon
