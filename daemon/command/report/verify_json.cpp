// The answer of `verify` as JSON, under the same promise as in json_output.h.
#include <nlohmann/json.hpp>

#include "daemon/command/verify.h"

namespace gdprd::command {

namespace {

using nlohmann::ordered_json;

void add_missing(ordered_json& list, const std::vector<verify::NotSearched>& missing) {
    for (const auto& one : missing) list.push_back({{"what", one.what}, {"why", one.why}});
}

ordered_json hits_json(const verify::Findings& findings) {
    ordered_json list = ordered_json::array();
    for (const auto& hit : findings.hits) {
        list.push_back({{"database", hit.database},
                        {"table", hit.table},
                        {"column", hit.column},
                        {"rows", hit.rows_strong},
                        {"rows_doubtful", hit.rows_weak}});
    }
    return list;
}

ordered_json logs_json(const std::optional<verify::LogFindings>& logs) {
    if (!logs) return nullptr;
    ordered_json list = ordered_json::array();
    for (const auto& hit : logs->hits) {
        list.push_back({{"file", hit.file}, {"lines", hit.lines_strong}, {"lines_doubtful", hit.lines_weak}});
    }
    return {{"hits", list}, {"files", logs->files}, {"bytes", logs->bytes}};
}

}  // namespace

std::string to_json(const VerifyAnswer& answer) {
    ordered_json missing = ordered_json::array();
    add_missing(missing, answer.database.not_searched);
    if (answer.logs) add_missing(missing, answer.logs->not_searched);
    const std::string& failure = answer.database.failure;
    const ordered_json json{{"found", answer.found()},
                            {"complete", answer.complete()},
                            {"interrupted", answer.interrupted()},
                            {"failure", failure.empty() ? ordered_json(nullptr) : ordered_json(failure)},
                            {"hits", hits_json(answer.database)},
                            {"logs", logs_json(answer.logs)},
                            {"not_searched", missing},
                            {"tables", answer.database.tables},
                            {"rows", answer.database.rows},
                            {"bytes", answer.database.bytes}};
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace gdprd::command
