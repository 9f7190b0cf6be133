#include "daemon/command/describe.h"

#include <iostream>

#include "config/template.h"
#include "daemon/command/report/describe_page.h"
#include "daemon/command/report/short_description.h"

namespace gdprd::command {

ExitCode describe(const DescribeOptions& options) {
    const auto own_maps = std::span(options.data_maps).subspan(1);
    std::filesystem::path plugin_maps = options.data_maps.front().parent_path() / "plugins";
    if (options.plugin_maps) {
        plugin_maps = *options.plugin_maps;
    } else if (!std::filesystem::is_directory(plugin_maps)) {
        plugin_maps.clear();
    }
    const mautic::DataMap map = mautic::load_data_map(options.data_maps.front(), own_maps, plugin_maps);
    const auto language = words::language_names.value_of(options.language).value();
    std::cout << (language == words::Language::en
                      ? description_page(map, config::sample_policy())
                      : short_description(map, config::sample_policy(), language));
    return ExitCode::done;
}

}  // namespace gdprd::command
