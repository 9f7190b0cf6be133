#include <nlohmann/json.hpp>

#include "daemon/command/ledger.h"
#include "daemon/command/lookups.h"

namespace gdprd::command {

using nlohmann::ordered_json;

std::string export_json(std::uint64_t rows, const std::string& checksum) {
    return ordered_json{{"rows", rows}, {"sha256", checksum}}.dump(2);
}

std::string addresses_json(const reconciliation::AddressFilingCounts& counts, bool dry_run) {
    ordered_json filed;
    for (const auto& [kind, name] : address_kind_names) {
        const auto count = counts.addresses.find(kind);
        filed[name] = count == counts.addresses.end() ? 0 : count->second;
    }
    return ordered_json{{"contacts", counts.contacts},
                        {"mails_without_contact", counts.mails},
                        {"addresses", filed},
                        {"dry_run", dry_run}}
        .dump(2);
}

std::string lookups_json(const LookupsAnswer& answer) {
    const auto or_null = [](const std::string& text) {
        return text.empty() ? ordered_json(nullptr) : ordered_json(text);
    };
    ordered_json list = ordered_json::array();
    for (const auto& one : answer.lookups) {
        std::string time = format_utc(one.at);
        time[time.find(' ')] = 'T';
        list.push_back({{"id", one.id},
                        {"at", time + 'Z'},
                        {"account", one.account},
                        {"officer", or_null(one.officer)},
                        {"case", or_null(one.case_reference)},
                        {"reason", or_null(one.reason)},
                        {"asked", one.asked},
                        {"key_id", one.key_id},
                        {"searched", lookup::lookup_reach_names.of(one.searched)},
                        {"found", one.found},
                        {"contact_count", one.contact_count},
                        {"contacts", one.contacts}});
    }
    return ordered_json{{"lookups", list}, {"of_other_keys", answer.of_other_keys}}.dump(
        2, ' ', false, ordered_json::error_handler_t::replace);
}

std::string import_json(const restore::ImportCounts& counts, Timestamp exported_at, bool dry_run) {
    std::string time = format_utc(exported_at);
    time[time.find(' ')] = 'T';
    return ordered_json{{"added", counts.added},
                        {"updated", counts.updated},
                        {"kept", counts.kept},
                        {"exported_at", time + 'Z'},
                        {"dry_run", dry_run}}
        .dump(2);
}

}  // namespace gdprd::command
