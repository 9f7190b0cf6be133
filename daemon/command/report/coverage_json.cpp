#include <nlohmann/json.hpp>

#include "daemon/command/coverage.h"

namespace gdprd::command {

namespace {

using nlohmann::ordered_json;

ordered_json column_json(const plan::CoveredColumn& column) {
    ordered_json json{{"column", column.name},
                      {"type", column.type},
                      {"handling", plan::name_of(column.handling())},
                      {"treatments", ordered_json::array()}};
    for (const auto& treatment : column.treatments) {
        json["treatments"].push_back({{"handling", plan::name_of(treatment.handling)},
                                      {"action", treatment.action},
                                      {"why", treatment.why},
                                      {"entries", treatment.entries}});
    }
    return json;
}

}  // namespace

std::string to_json(const plan::Coverage& coverage) {
    ordered_json json{{"columns", ordered_json::object()},
                      {"tables", ordered_json::array()},
                      {"untied", ordered_json::array()}};
    for (const auto& [handling, count] : coverage.counts()) json["columns"][plan::name_of(handling)] = count;
    for (const auto& table : coverage.tables) {
        ordered_json columns = ordered_json::array();
        for (const auto& column : table.columns) columns.push_back(column_json(column));
        json["tables"].push_back(
            {{"table", table.name}, {"real_name", table.real_name}, {"columns", std::move(columns)}});
    }
    for (const auto& table : coverage.untied) {
        json["untied"].push_back({{"table", table.name}, {"real_name", table.real_name}, {"why", table.why}});
    }
    json["plugins_in_use"] = coverage.plugins_in_use;
    json["plugins_set_aside"] = coverage.plugins_set_aside;
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace gdprd::command
