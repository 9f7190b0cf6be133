#include <nlohmann/json.hpp>

#include "daemon/command/ledger.h"

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

std::string import_json(const ledger::ImportCounts& counts, Timestamp exported_at, bool dry_run) {
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
