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
#include "plan/build_plan.h"

namespace gdprd::daemon {

// The configuration file and the data map it names. Throws ConfigurationError.
struct Assembly {
    explicit Assembly(const std::filesystem::path& config_file, config::Reads reads = config::Reads::daemon);

    config::Config config;
    mautic::DataMap map;
};

// The plan for this schema and everything else an erasure goes by. Throws ConfigurationError when the policy
// does not fit the schema, as far as `misfit` refuses it. Schemas are read with mautic::read_schema().
std::shared_ptr<const erasure::Rules> make_rules(const mautic::Schema& schema, const Assembly& assembly,
                                                 plan::Misfit misfit = plan::Misfit::refused);

// Throws ConfigurationError when the policy stops erasures because something unknown is tied to contacts.
void refuse_stopped(const erasure::Rules& rules);

// make_rules() and refuse_stopped(), for a command that erases.
std::shared_ptr<const erasure::Rules> make_strict_rules(const mautic::Schema& schema,
                                                        const Assembly& assembly);

}  // namespace gdprd::daemon
