#include <nlohmann/json.hpp>

#include "daemon/command/ledger.h"

namespace gdprd::command {

using nlohmann::ordered_json;

std::string export_json(std::uint64_t rows, const std::string& checksum) {
    return ordered_json{{"rows", rows}, {"sha256", checksum}}.dump(2);
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
