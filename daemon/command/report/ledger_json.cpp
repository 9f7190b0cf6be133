#include <nlohmann/json.hpp>

#include "daemon/command/ledger.h"
#include "daemon/command/lookups.h"
#include "daemon/command/seals.h"

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

namespace {

std::string json_time(Timestamp at) { return seal::iso_time(at); }

ordered_json json_of(const seal::Seal& seal) {
    return {
        {"number", seal.number}, {"at", json_time(seal.at)}, {"kind", seal::seal_kind_names.of(seal.kind)},
        {"rows", seal.rows},     {"root", seal.root},        {"line", seal.line()}};
}

}  // namespace

std::string seal_json(const seal::SealRun& run, bool accepted) {
    return ordered_json{{"compared", run.compared},
                        {"sealed", run.sealed},
                        {"findings", run.findings},
                        {"accepted", accepted},
                        {"seal", json_of(*run.last)}}
        .dump(2);
}

std::string verify_seals_json(const seal::SealReport& report) {
    ordered_json findings = ordered_json::array();
    for (const seal::Found& found : report.found) {
        ordered_json one{{"what", seal::discrepancy_names.of(found.what)}};
        if (found.table) {
            one["table"] = seal::evidence_names.of(*found.table);
            one["key"] = found.key;
        }
        one["seal"] = found.seal;
        one["sealed_at"] = found.sealed_at ? ordered_json(json_time(*found.sealed_at)) : nullptr;
        if (found.as_in_seal > 0) one["as_in_seal"] = found.as_in_seal;
        one["words"] = words_of(found).text;
        findings.push_back(std::move(one));
    }
    return ordered_json{{"agrees", report.found_count == 0},
                        {"seals", report.seals},
                        {"accepted_seals", report.accepted},
                        {"imported_seals", report.imported},
                        {"forgotten_seals", report.forgotten},
                        {"rows", report.rows},
                        {"unsealed", report.unsealed},
                        {"copies_compared", report.copies_compared},
                        {"copies_unreadable", report.copies_unreadable},
                        {"public_keys", report.public_keys},
                        {"first_seal", report.first ? json_of(*report.first) : nullptr},
                        {"last_seal", report.last ? json_of(*report.last) : nullptr},
                        {"findings_total", report.found_count},
                        {"findings", findings}}
        .dump(2);
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
