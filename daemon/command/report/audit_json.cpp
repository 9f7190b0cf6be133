// The answer of `audit` as JSON, under the same promise as in json_output.h.
#include <nlohmann/json.hpp>

#include "audit/pass.h"
#include "daemon/command/audit.h"
#include "daemon/command/report/mass_report.h"

namespace gdprd::command {

namespace {

using nlohmann::ordered_json;

ordered_json hits_json(const std::vector<audit::TableState>& tables) {
    ordered_json list = ordered_json::array();
    for (const audit::TableState& state : tables) {
        for (std::size_t i = 0; i < state.columns.size(); ++i) {
            const audit::ColumnFindings& column = state.columns[i];
            if (column.rows_erased + column.rows_returned == 0) continue;
            ordered_json rows = ordered_json::array();
            for (const auto& row : column.rows) rows.push_back({{"key", row.key}, {"contact", row.contact}});
            list.push_back({{"table", state.table.name},
                            {"column", state.table.columns[i].name},
                            {"rows", column.rows_erased},
                            {"rows_of_contacts_again", column.rows_returned},
                            {"examples", std::move(rows)}});
        }
    }
    return list;
}

ordered_json logs_json(const std::optional<audit::LogAudit>& logs) {
    if (!logs) return nullptr;
    ordered_json list = ordered_json::array();
    for (const auto& file : logs->files) {
        list.push_back({{"file", file.file},
                        {"lines", file.lines_erased},
                        {"lines_of_contacts_again", file.lines_returned}});
    }
    return {{"hits", list}, {"files", logs->files_read}, {"bytes", logs->bytes}};
}

ordered_json not_searched_json(const AuditAnswer& answer) {
    ordered_json missing = ordered_json::array();
    for (const auto& one : answer.not_searched) missing.push_back({{"what", one.what}, {"why", one.why}});
    return missing;
}

// What is left is not known when the repair, or the look after it, ended early.
ordered_json repair_json(const AuditRepair& repair) {
    ordered_json json{{"erasure", totals_json(repair.totals)}};
    const bool is_known = repair.left && !repair.left->interrupted;
    json["interrupted"] = !is_known;
    json["found"] = is_known ? ordered_json(repair.left->counts().erased > 0) : ordered_json(nullptr);
    json["hits"] = is_known ? hits_json(repair.left->tables) : ordered_json(nullptr);
    json["not_searched"] = is_known ? not_searched_json(*repair.left) : ordered_json(nullptr);
    return json;
}

}  // namespace

std::string to_json(const AuditAnswer& answer, const std::optional<AuditRepair>& repair) {
    std::string begun = format_utc(answer.begun_at);
    begun[10] = 'T';
    ordered_json json{
        {"found", answer.counts().erased > 0},
        {"complete", !answer.interrupted && answer.not_searched.empty()},
        {"interrupted", answer.interrupted},
        {"continued", answer.continued},
        {"begun_at", begun + 'Z'},
        {"erased_addresses", answer.last ? ordered_json(nullptr) : ordered_json(answer.erased_addresses)},
        {"hits", hits_json(answer.tables)},
        {"logs", logs_json(answer.logs)},
        {"contacts", answer.contacts()},
        {"not_searched", not_searched_json(answer)},
        {"tables", answer.tables.size()},
        {"rows", answer.rows()},
        {"bytes", answer.bytes()}};
    if (repair) json["repair"] = repair_json(*repair);
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace gdprd::command
