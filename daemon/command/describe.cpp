#include "daemon/command/describe.h"

#include <iostream>

#include "config/template.h"
#include "daemon/command/report/describe_page.h"

namespace gdprd::command {

ExitCode describe(const DescribeOptions& options) {
    const auto own_maps = std::span(options.data_maps).subspan(1);
    const mautic::DataMap map = mautic::load_data_map(options.data_maps.front(), own_maps);
    std::cout << description_page(map, config::sample_policy());
    return ExitCode::done;
}

}  // namespace gdprd::command
