#include "bench/options.h"

#include <algorithm>
#include <cmath>

#include <CLI/CLI.hpp>

#include "base/error.h"

namespace gdprd::bench {
namespace {

std::string footer_of(const std::vector<Known>& known) {
    std::string text = "Measurements:\n";
    for (const auto& [name, about] : known) {
        text += "  " + name + std::string(std::max<std::size_t>(name.size(), 10) + 2 - name.size(), ' ') +
                about + '\n';
    }
    return text;
}

void refuse_unknown(const std::vector<std::string>& names, const std::vector<Known>& known) {
    std::string all;
    for (const Known& one : known) all += (all.empty() ? "" : ", ") + one.name;
    for (const std::string& name : names) {
        const bool is_known =
            std::any_of(known.begin(), known.end(), [&](const Known& one) { return one.name == name; });
        if (!is_known) throw ConfigurationError("unknown measurement '" + name + "'", "There are: " + all);
    }
}

}  // namespace

std::optional<Options> parse_options(std::vector<std::string> arguments, const std::vector<Known>& known,
                                     std::string& help) {
    Options options;
    std::vector<std::string> names;
    CLI::App app("Measures the speed and memory of mautic-gdprd on this machine, beside a baseline.",
                 "bench");
    app.footer(footer_of(known));
    app.add_option("MEASUREMENT", names, "What to measure; everything if none is named");
    app.add_option("--scale", options.scale, "How many contacts, rows and requests, of the full number")
        ->capture_default_str();
    app.add_option("--servers", options.servers, "One after the other: mariadb, mariadb-11.8, mysql")
        ->delimiter(',')
        ->allow_extra_args(false);
    app.add_option("--json", options.json, "Append a line of JSON for each figure to this file; -: print it")
        ->take_last();
    try {
        std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes them
        app.parse(arguments);
    } catch (const CLI::CallForHelp&) {
        help = app.help();
        return std::nullopt;
    } catch (const CLI::ParseError& error) {
        throw ConfigurationError(error.what(), "bench --help shows what there is");
    }
    if (!std::isfinite(options.scale) || options.scale <= 0) {
        throw ConfigurationError("--scale: " + std::to_string(options.scale) + " is not above 0");
    }
    refuse_unknown(names, known);
    for (const Known& one : known) {
        const bool is_wanted =
            names.empty() || std::find(names.begin(), names.end(), one.name) != names.end();
        if (is_wanted) options.measurements.push_back(one.name);
    }
    return options;
}

}  // namespace gdprd::bench
