#include "certificate/statement.h"

#include <nlohmann/json.hpp>

#include "certificate/document.h"

namespace gdprd::certificate {

namespace {

using nlohmann::json;

json time_json(const std::optional<Timestamp>& at) { return at ? json(seal::iso_time(*at)) : json(nullptr); }

json text_json(const std::string& text) { return text.empty() ? json(nullptr) : json(text); }

json count_json(std::uint64_t count, bool is_known) { return is_known ? json(count) : json(nullptr); }

json took_json(const std::optional<Took>& took, bool has_month) {
    if (!took) return nullptr;
    return {{"milliseconds", took->time.count()},
            {"month", has_month ? json(month_names.of(took->month)) : json(nullptr)}};
}

json record_json(const ledger::Record& record) {
    json left_over = json::array();
    for (const ledger::Finding& finding : record.findings) {
        left_over.push_back({{"table", finding.table}, {"column", finding.column}, {"cells", finding.cells}});
    }
    const auto& undecided = record.not_covered.undecided;
    return {{"status", ledger::name_of(record.status)},
            {"reason", policy::name_of(record.reason)},
            {"channel", record.channel},
            {"origin", name_of(record.origin)},
            {"opted_out_at", time_json(record.opted_out_at)},
            {"requested_at", time_json(record.requested_at)},
            {"erased_at", time_json(record.erased_at)},
            {"last_pass_at", time_json(record.last_pass_at)},
            {"completed_at", time_json(record.completed_at)},
            {"passes", record.passes},
            {"rows_changed", record.rows_changed},
            {"rows_deleted", record.rows_deleted},
            {"rows_late", record.rows_late},
            {"files_removed", record.files_removed},
            {"values_emptied", record.values_emptied},
            {"left_over", left_over},
            {"not_covered",
             {{"files", record.not_covered.files},
              {"older_rows", record.not_covered.older_rows},
              {"undecided", undecided ? json(*undecided) : json(nullptr)}}},
            {"hash", record.forgotten_at
                         ? json(nullptr)
                         : json{{"algorithm", record.algorithm}, {"key_id", text_json(record.key_id)}}},
            {"forgotten_at", time_json(record.forgotten_at)},
            {"policy_digest", record.policy_digest},
            {"map_digest", record.map_digest},
            {"schema_digest", record.schema_digest}};
}

json rules_json(const Facts& facts) {
    json tables = json::array();
    for (const TableRules& rules : facts.rules) {
        json columns = json::object();
        for (const auto& [treatment, names] : rules.columns) columns[treatment_names.of(treatment)] = names;
        tables.push_back({{"table", rules.real_table},
                          {"rows_of", rows_of_names.of(rules.rows_of)},
                          {"rows_deleted", rules.rows_deleted},
                          {"columns", columns}});
    }
    return {{"of", rules_of_names.of(facts.rules_of)}, {"tables", tables}};
}

json now_json(const StateNow& now) {
    return {{"in_mautic", now.in_mautic},
            {"is_of_another", now.is_others},
            {"address_in_clear", now.has_clear_address},
            {"do_not_contact", now.on_list},
            {"rows_pending", now.rows_pending ? json(*now.rows_pending) : json(nullptr)}};
}

json elsewhere_json(const Facts& facts) {
    if (!facts.by_address) return nullptr;
    const Elsewhere& elsewhere = facts.elsewhere;
    return {{"contacts", elsewhere.contacts},
            {"erased_contacts", elsewhere.erased_contacts},
            {"mails_of_deleted_contacts", count_json(elsewhere.mails, elsewhere.mails_searched)}};
}

json forgotten_json(const Facts& facts) {
    if (!facts.by_address) return nullptr;
    return {{"count", facts.forgotten.count},
            {"first_erased_at", time_json(facts.forgotten.first)},
            {"last_erased_at", time_json(facts.forgotten.last)}};
}

json request_json(const Facts& facts) {
    const auto from = facts.requested_at();
    const auto to = [&](const std::optional<Timestamp>& end) { return took_json(took(from, end), true); };
    return {{"first_at", time_json(from)},
            {"none", facts.has_no_request()},
            {"to_erasure", facts.record ? to(facts.record->erased_at) : json(nullptr)},
            {"to_completion", facts.record ? to(facts.record->completed_at) : json(nullptr)}};
}

json seal_json(const SealedRecord& sealed) {
    json result{{"state", seal_state_names.of(sealed.state)}};
    if (!sealed.seal) return result;
    result["number"] = sealed.seal->number;
    result["at"] = seal::iso_time(sealed.seal->at);
    result["root"] = sealed.seal->root;
    result["key_id"] = sealed.seal->key_id;
    result["line"] = sealed.seal->line();
    return result;
}

// As they are printed.
json words_json(const paper::Document& document) {
    json sections = json::array();
    for (const paper::Section& section : document.sections) {
        json fields = json::array();
        for (const auto& field : section.fields) fields.push_back(field);
        sections.push_back({{"heading", section.heading},
                            {"paragraphs", section.paragraphs},
                            {"fields", fields},
                            {"table", section.table},
                            {"notes", section.notes}});
    }
    return {{"title", document.title},
            {"subtitle", document.subtitle},
            {"verdict", document.verdict},
            {"verdict_text", document.verdict_text},
            {"sections", sections}};
}

json statement_of(const Facts& facts, words::Language language) {
    json earlier = json::array();
    for (const ledger::Record& record : facts.earlier) earlier.push_back(record_json(record));
    return {
        {"number", facts.issue.number},
        {"issued_at", time_json(facts.issue.at)},
        {"program_version", facts.issue.program_version},
        {"officer", text_json(facts.issue.officer)},
        {"case", text_json(facts.issue.case_reference)},
        {"signing_key", facts.issue.public_key},
        {"language", words::language_names.of(language)},
        {"conclusion", conclusion_names.of(conclude(facts))},
        {"contact", facts.contact ? json(*facts.contact) : json(nullptr)},
        {"asked_by", facts.by_address ? "address" : "contact"},
        {"address", facts.address ? json(*facts.address) : json(nullptr)},
        {"address_was", facts.address_was ? json(address_kind_names.of(*facts.address_was)) : json(nullptr)},
        {"erasure", facts.record ? record_json(*facts.record) : json(nullptr)},
        {"from_opt_out_to_erasure", took_json(facts.took_to_erase(), facts.is_opt_out_the_request())},
        {"from_opt_out_to_completion", took_json(facts.took_to_complete(), facts.is_opt_out_the_request())},
        {"request", facts.record ? request_json(facts) : json(nullptr)},
        {"earlier_erasures", earlier},
        {"records_of_other_addresses", facts.other_records},
        {"records_that_cannot_be_told", facts.untold_records},
        {"forgotten_erasures", forgotten_json(facts)},
        {"address_elsewhere", elsewhere_json(facts)},
        {"leftovers_removed_from", time_json(facts.leftovers_from)},
        {"leftovers_removed_to", time_json(facts.leftovers_to)},
        {"now", now_json(facts.now)},
        {"rules", rules_json(facts)},
        {"undecided_now", facts.undecided},
        {"seal", seal_json(facts.sealed)},
        {"words", words_json(document_of(facts, language))}};
}

}  // namespace

std::string signed_text(std::string_view statement) {
    return std::string(json_format) + '\n' + std::string(statement);
}

std::string signed_document(const json& statement, const std::string& signature) {
    const json document{{"format", json_format}, {"signature", signature}, {"statement", statement}};
    return document.dump(2) + '\n';
}

std::string signed_json(const Facts& facts, words::Language language, const SigningKey& key) {
    const json statement = statement_of(facts, language);
    // What is no UTF-8, in the name of a table, is replaced in what is signed and in what is written alike.
    const json written = json::parse(statement.dump(-1, ' ', false, json::error_handler_t::replace));
    return signed_document(written, key.sign(signed_text(written.dump())));
}

}  // namespace gdprd::certificate
