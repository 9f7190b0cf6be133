#include "daemon/command/report/json_output.h"

#include <nlohmann/json.hpp>

#include "daemon/command/report/tie_text.h"

namespace gdprd::command {

namespace {

using nlohmann::ordered_json;

std::string text_of(const ordered_json& json) {
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// "2026-03-01T12:34:56.789Z"
ordered_json number(const std::optional<std::uint64_t>& number) {
    return number ? ordered_json(*number) : ordered_json(nullptr);
}

ordered_json time(const std::optional<Timestamp>& time) {
    if (!time) return nullptr;
    std::string text = format_utc(*time);
    text[text.find(' ')] = 'T';
    return text + 'Z';
}

ordered_json array() { return ordered_json::array(); }

ordered_json findings_json(const std::vector<ledger::Finding>& findings) {
    ordered_json list = array();
    for (const auto& finding : findings) {
        list.push_back({{"table", finding.table}, {"column", finding.column}, {"cells", finding.cells}});
    }
    return list;
}

ordered_json mails_json(const lookup::Mails& mails) {
    return {{"sent", mails.sent}, {"first", time(mails.first)}, {"last", time(mails.last)}};
}

ordered_json step_json(const plan::Step& step, const erasure::StepPreview* preview) {
    ordered_json json{{"table", step.table},
                      {"part", step.part},
                      {"tie", {{"kind", mautic::name_of(step.tie.kind)}, {"text", tie_text(step)}}},
                      {"why", step.why},
                      {"delete_rows", step.delete_rows},
                      {"columns", array()},
                      {"kept", array()}};
    for (const auto& column : step.columns) {
        json["columns"].push_back(
            {{"column", column.column}, {"action", mautic::name_of(column.action)}, {"why", column.why}});
    }
    for (const auto& column : step.kept)
        json["kept"].push_back({{"column", column.column}, {"why", column.why}});
    if (preview != nullptr) {
        json["rows"] = preview->rows;
        json["rows_to_change"] = step.delete_rows ? preview->rows : preview->pending;
    }
    return json;
}

ordered_json not_covered_json(const ledger::NotCovered& not_covered) {
    ordered_json list = array();
    if (not_covered.files) list.push_back("files");
    if (not_covered.older_rows) list.push_back("older_rows");
    return list;
}

ordered_json hold_json(const policy::Hold& hold) {
    return {{"rule", policy::name_of(hold.kind)}, {"name", hold.name}, {"number", hold.number}};
}

ordered_json erasure_json(const lookup::LookupAnswer& answer, const lookup::FoundContact& found,
                          const ledger::Record& row) {
    const auto kind = found.kind_in(row);
    const bool can_be_told = kind || (!row.forgotten_at && !answer.lacks_key_of(row));
    return {{"of_this_address", can_be_told ? ordered_json(found.is_of_address(row)) : ordered_json(nullptr)},
            {"address_was", kind ? ordered_json(name_of(*kind)) : ordered_json(nullptr)},
            {"status", ledger::name_of(row.status)},
            {"erased_at", time(row.erased_at)},
            {"requested_at", time(row.requested_at)},
            {"opted_out_at", time(row.opted_out_at)},
            {"last_pass_at", time(row.last_pass_at)},
            {"completed_at", time(row.completed_at)},
            {"forgotten_at", time(row.forgotten_at)},
            {"passes", row.passes},
            {"origin", name_of(row.origin)},
            {"reason", policy::name_of(row.reason)},
            {"channel", row.channel},
            {"rows_changed", row.rows_changed},
            {"rows_deleted", row.rows_deleted},
            {"rows_late", row.rows_late},
            {"files_removed", row.files_removed},
            {"values_emptied", row.values_emptied},
            {"not_covered", not_covered_json(row.not_covered)},
            {"undecided", number(row.not_covered.undecided)},
            {"algorithm", row.algorithm},
            {"key_id", row.key_id},
            {"policy_digest", row.policy_digest},
            {"map_digest", row.map_digest},
            {"schema_digest", row.schema_digest},
            {"findings", findings_json(row.findings)}};
}

ordered_json contact_json(const lookup::LookupAnswer& answer, const lookup::FoundContact& found) {
    ordered_json json{
        {"contact", found.contact},
        {"found_by", array()},
        {"in_mautic", found.in_mautic},
        {"id_is_of_another", found.is_reused},
        {"first_seen", time(found.first_seen)},
        {"mails", found.is_reused ? ordered_json(nullptr) : mails_json(found.mails)},
        {"do_not_contact", array()},
        {"erasure", found.erasure ? erasure_json(answer, found, *found.erasure) : ordered_json(nullptr)},
        {"former_erasures", array()}};
    for (const auto& row : found.former) json["former_erasures"].push_back(erasure_json(answer, found, row));
    for (const lookup::Trace trace : found.traces) json["found_by"].push_back(lookup::name_of(trace));
    json["address_used_now_by"] = found.used_now_by;
    json["address_used_last_by"] = found.used_last_by;
    json["filed_addresses"] = array();
    for (const auto& one : found.addresses) {
        json["filed_addresses"].push_back({{"kind", name_of(one.kind)}, {"noted_at", time(one.noted_at)}});
    }
    for (const auto& opt_out : found.opt_outs) {
        json["do_not_contact"].push_back(
            {{"channel", opt_out.channel}, {"reason", opt_out.reason}, {"since", time(opt_out.since)}});
    }
    return json;
}

ordered_json outcome_json(const EraseOutcome& outcome) {
    const erasure::Result& result = outcome.result;
    const bool erased = outcome.failure.empty() && result.verdict == erasure::Verdict::erased;
    ordered_json json{{"contact", result.contact},
                      {"outcome", outcome.failure.empty() ? erasure::name_of(result.verdict) : "failed"},
                      {"dry_run", outcome.dry_run}};
    if (!outcome.failure.empty()) json["error"] = outcome.failure;
    if (outcome.failure.empty() && result.verdict == erasure::Verdict::in_grace)
        json["due_at"] = time(result.due_at);
    if (outcome.failure.empty() && result.hold) json["hold"] = hold_json(*result.hold);
    if (erased && outcome.dry_run) {
        json["rows"] = outcome.rows;
        json["rows_to_change"] = outcome.pending;
    } else if (erased) {
        json["status"] = ledger::name_of(result.status);
        json["rows_changed"] = result.counts.rows_changed;
        json["rows_deleted"] = result.counts.rows_deleted;
        json["other_hashes"] = result.counts.other_hashes;
        json["files_removed"] = result.files.files;
        json["not_covered"] = not_covered_json(result.not_covered);
        json["undecided"] = number(result.not_covered.undecided);
        json["findings"] = findings_json(result.findings);
        json["next_pass_at"] = time(outcome.next_pass);
    }
    return json;
}

ordered_json json_of(const CheckReport& report) {
    ordered_json json{{"problems", report.count(CheckLine::Kind::problem)},
                      {"warnings", report.count(CheckLine::Kind::warning)},
                      {"findings", array()}};
    for (const CheckLine& line : report.lines()) {
        json["findings"].push_back({{"kind", name_of(line.kind)},
                                    {"topic", line.topic},
                                    {"text", line.text},
                                    {"advice", line.advice}});
    }
    return json;
}

}  // namespace

std::string to_json(const CheckReport& report) { return text_of(json_of(report)); }

std::string to_json(const std::vector<CheckedInstance>& checked, const CheckReport& apart) {
    ordered_json json{{"instances", array()}, {"shared", json_of(apart)}};
    for (const CheckedInstance& one : checked) {
        const std::string& name = one.instance.name;
        ordered_json entry{{"instance", name.empty() ? ordered_json(nullptr) : ordered_json(name)},
                           {"config_file", one.instance.config_file.string()}};
        entry.update(json_of(one.report));
        json["instances"].push_back(std::move(entry));
    }
    return text_of(json);
}

std::string to_json(const plan::Plan& plan, std::optional<ContactId> contact,
                    const std::vector<erasure::StepPreview>& previews) {
    ordered_json json{{"contact", contact ? ordered_json(*contact) : ordered_json(nullptr)},
                      {"table_prefix", plan.table_prefix},
                      {"steps", array()},
                      {"unknown", array()},
                      {"limitations", array()},
                      {"skipped", plan.skipped},
                      {"warnings", plan.warnings},
                      {"map_digest", plan.map_digest},
                      {"policy_digest", plan.policy_digest},
                      {"schema_digest", plan.schema_digest}};
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
        json["steps"].push_back(step_json(plan.steps[i], previews.empty() ? nullptr : &previews[i]));
    }
    for (const auto& unknown : plan.unknown) {
        json["unknown"].push_back({{"table", unknown.table},
                                   {"column", unknown.column},
                                   {"reason", unknown.reason},
                                   {"leads_to_contacts", unknown.leads_to_contacts},
                                   {"certain", unknown.is_certain},
                                   {"fate", unknown.fate()}});
    }
    for (const auto& limitation : plan.limitations) {
        json["limitations"].push_back({{"table", limitation.table},
                                       {"column", limitation.column},
                                       {"what", limitation.what},
                                       {"remedy", limitation.remedy},
                                       {"left", limitation.left}});
    }
    return text_of(json);
}

std::string to_json(const std::vector<EraseOutcome>& outcomes, const std::string& remark) {
    ordered_json json{{"contacts", array()}, {"remark", remark}};
    for (const EraseOutcome& outcome : outcomes) json["contacts"].push_back(outcome_json(outcome));
    return text_of(json);
}

std::string to_json(const lookup::LookupAnswer& answer, bool history_searched) {
    ordered_json json{{"found", answer.found()},
                      {"contacts", array()},
                      {"mails_without_contact", mails_json(answer.mails_without_contact)},
                      {"clear_mails_without_contact", answer.clear_mails_without_contact},
                      {"deleted_contact_first_erased_at", time(answer.deleted_contact_first_erased_at)},
                      {"deleted_contact_erased_at", time(answer.deleted_contact_erased_at)},
                      {"missing_keys", array()},
                      {"forgotten_erasures",
                       {{"count", answer.forgotten.count},
                        {"first_erased_at", time(answer.forgotten.first)},
                        {"last_erased_at", time(answer.forgotten.last)}}},
                      {"has_ledger", answer.has_ledger},
                      {"history_searched", history_searched}};
    for (const auto& found : answer.contacts) json["contacts"].push_back(contact_json(answer, found));
    for (const auto& missing : answer.missing_keys) {
        json["missing_keys"].push_back(
            {{"algorithm", missing.algorithm}, {"key_id", missing.key_id}, {"contacts", missing.contacts}});
    }
    return text_of(json);
}

std::string to_json(const queue::QueueStatus& status, std::int64_t max_per_hour) {
    ordered_json json{{"jobs", ordered_json::object()},
                      {"oldest_received_at", time(status.oldest_received_at)},
                      {"paused_since", time(status.paused_since)},
                      {"erased_last_hour", status.erased_last_hour},
                      {"held_back", status.paused_since ? status.held_back : 0},
                      {"max_per_hour", max_per_hour},
                      {"file_bytes", status.file_bytes},
                      {"format_version", status.format_version}};
    for (const auto& [state, count] : status.jobs) json["jobs"][queue::name_of(state)] = count;
    return text_of(json);
}

std::string to_json(const std::vector<queue::Job>& jobs) {
    ordered_json json{{"jobs", array()}};
    for (const queue::Job& job : jobs) {
        json["jobs"].push_back({{"contact", job.contact},
                                {"state", queue::name_of(job.state)},
                                {"origin", name_of(job.origin)},
                                {"received_at", time(job.received_at)},
                                {"due_at", time(job.due_at)},
                                {"attempts", job.attempts},
                                {"pass", job.pass},
                                {"last_error", job.last_error}});
    }
    return text_of(json);
}

std::string to_json(const std::map<std::string, NotifyStatus>& receivers) {
    ordered_json json{{"receivers", array()}};
    for (const auto& [name, status] : receivers) {
        json["receivers"].push_back({{"name", name},
                                     {"configured", !status.url.empty()},
                                     {"waiting", status.figures.waiting},
                                     {"parked", status.figures.parked},
                                     {"oldest_erased_at", time(status.figures.oldest)}});
    }
    return text_of(json);
}

std::string to_json(const std::vector<outbox::Notification>& notifications) {
    ordered_json json{{"notifications", array()}};
    for (const outbox::Notification& one : notifications) {
        json["notifications"].push_back({{"contact", one.contact},
                                         {"receiver", one.receiver},
                                         {"state", name_of(one.state)},
                                         {"erased_at", time(one.erased_at)},
                                         {"due_at", time(one.due_at)},
                                         {"failed_attempts", one.attempts},
                                         {"id", "msg_" + one.message},
                                         {"last_error", one.last_error}});
    }
    return text_of(json);
}

}  // namespace gdprd::command
