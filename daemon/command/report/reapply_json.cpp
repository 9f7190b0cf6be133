#include <nlohmann/json.hpp>

#include "daemon/command/reapply.h"
#include "daemon/command/report/mass_report.h"

namespace gdprd::command {

using nlohmann::ordered_json;

std::string to_json(const restore::ReapplyFindings& findings, const std::optional<MassTotals>& totals) {
    ordered_json json{{"ledger_rows", findings.looked_at()},
                      {"to_erase", findings.to_erase()},
                      {"recognised", ordered_json::object()},
                      {"opt_outs_put_back", findings.opt_outs_lost},
                      {"not_triggered", findings.not_triggered},
                      {"returned", findings.returned},
                      {"unknown_keys", ordered_json::array()},
                      {"other_address_contacts", findings.other_address},
                      {"no_address_contacts", findings.no_address},
                      {"not_erased_contacts", findings.not_erased},
                      {"forgotten_contacts", findings.forgotten},
                      {"not_triggered_contacts", findings.not_triggered_contacts},
                      {"returned_contacts", findings.returned_contacts},
                      {"under_other_id_contacts", findings.under_other_id_contacts},
                      {"totals", totals ? totals_json(*totals) : ordered_json(nullptr)}};
    for (const auto& [recognition, count] : findings.contacts) {
        json["recognised"][restore::name_of(recognition)] = count;
    }
    for (const auto& [key, count] : findings.unknown_keys) {
        json["unknown_keys"].push_back(
            {{"algorithm", key.first}, {"key_id", key.second}, {"contacts", count}});
    }
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace gdprd::command
