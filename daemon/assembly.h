// Builds the working parts from a configuration: what `serve` and the commands have in common.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "config/config.h"
#include "database/connection.h"
#include "erasure/eraser.h"
#include "mautic/data_map.h"
#include "mautic/schema.h"

namespace gdprd::daemon {

// The configuration file and the data map it names. Throws ConfigurationError.
struct Assembly {
    explicit Assembly(const std::filesystem::path& config_file);

    config::Config config;
    mautic::DataMap map;
};

// Reads the live schema and makes the plan. Throws ConfigurationError when the policy does not fit the schema,
// DatabaseError when the database cannot be read.
std::shared_ptr<const erasure::Rules> make_rules(database::Connection& connection, const Assembly& assembly);

}  // namespace gdprd::daemon
