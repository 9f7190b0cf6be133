#include "report/json.h"

#include <nlohmann/json.hpp>

namespace gdprd::report {

namespace {

using nlohmann::ordered_json;

std::string iso_time(Timestamp at) {
    std::string text = format_utc(at) + 'Z';
    text[10] = 'T';
    return text;
}

ordered_json milliseconds(const std::optional<Milliseconds>& time) {
    return time ? ordered_json(time->count()) : ordered_json(nullptr);
}

ordered_json json_of(const Part& part) {
    ordered_json origins = ordered_json::object();
    for (const auto& [origin, name] : origin_names) {
        origins[name] = part.of_origin.at(static_cast<std::size_t>(origin));
    }
    ordered_json statuses = ordered_json::object();
    for (const auto& [status, name] : ledger::status_names) {
        // Nobody was erased who is on hold.
        if (status != ledger::Status::held)
            statuses[name] = part.of_status.at(static_cast<std::size_t>(status));
    }
    ordered_json reasons = ordered_json::object();
    for (const auto reason :
         {policy::Reason::unsubscribed, policy::Reason::bounced, policy::Reason::manual}) {
        reasons[policy::name_of(reason)] = part.of_reason.at(static_cast<std::size_t>(reason));
    }
    return {{"total", part.erasures}, {"origin", origins}, {"status", statuses}, {"reason", reasons}};
}

ordered_json json_of(const records::Times& times) {
    return {{"measured", times.measured},
            {"unmeasured", times.unmeasured},
            {"repeated", times.repeated},
            {"median_milliseconds", milliseconds(times.median)},
            {"percentile_95_milliseconds", milliseconds(times.percentile_95)},
            {"longest_milliseconds", milliseconds(times.longest)}};
}

ordered_json erasures_json(const Figures& figures) {
    ordered_json erasures = json_of(sum_of(figures));
    ordered_json days = ordered_json::array();
    for (const Part& part : parts_of(figures, Grain::day)) {
        ordered_json day{{"day", day_text(part.first)}};
        day.update(json_of(part));
        days.push_back(day);
    }
    erasures["by_day"] = days;
    erasures["not_looked_at"] = {{"files", figures.limits.without_files},
                                 {"older_rows", figures.limits.without_older_rows},
                                 {"undecided", figures.limits.with_undecided},
                                 {"undecided_unrecorded", figures.limits.undecided_unrecorded}};
    return erasures;
}

ordered_json times_json(const Figures& figures) {
    ordered_json times = json_of(figures.times);
    ordered_json origins = ordered_json::object();
    for (const auto& [origin, of] : figures.times_of) origins[name_of(origin)] = json_of(of);
    times["origin"] = origins;
    times["month"] = {{"within", figures.months.within},     {"depends", figures.months.depends},
                      {"exceeded", figures.months.exceeded}, {"unmeasured", figures.months.unmeasured},
                      {"repeated", figures.months.repeated}, {"not_asked", figures.months.not_asked}};
    return times;
}

ordered_json open_json(const Figures& figures) {
    ordered_json statuses = ordered_json::object();
    for (const auto status :
         {ledger::Status::settling, ledger::Status::erasing, ledger::Status::partial, ledger::Status::held}) {
        const auto found = figures.open.find(status);
        statuses[ledger::name_of(status)] = found == figures.open.end() ? 0 : found->second;
    }
    ordered_json left = ordered_json::array();
    for (const records::LeftColumn& one : figures.left_columns) {
        left.push_back(
            {{"table", one.table}, {"column", one.column}, {"contacts", one.contacts}, {"cells", one.cells}});
    }
    ordered_json rules = ordered_json::array();
    for (const HeldByRule& rule : figures.held.rules) {
        rules.push_back(
            {{"kind", policy::name_of(rule.kind)},
             {"name", rule.name},
             {"value_number", rule.number == 0 ? ordered_json(nullptr) : ordered_json(rule.number)},
             {"contacts", rule.contacts}});
    }
    return {{"status", statuses},
            {"partial", {{"columns", left}, {"without_column", figures.partial_without_column}}},
            {"held", {{"rules", rules}, {"by_no_rule", figures.held.by_none}, {"gone", figures.held.gone}}}};
}

ordered_json returned_json(const Figures& figures) {
    ordered_json returned = ordered_json::object();
    for (const auto& [kind, kind_name] : background::sighting_names) {
        for (const auto& [outcome, outcome_name] : background::outcome_names) {
            returned[kind_name][outcome_name] = 0;
        }
    }
    for (const background::SightingCount& count : figures.sightings) {
        returned[background::name_of(count.kind)][background::name_of(count.outcome)] = count.sightings;
    }
    returned["some_forgotten"] = figures.has_forgotten;
    return returned;
}

ordered_json undecided_json(const Figures& figures) {
    ordered_json all = ordered_json::array();
    for (const Undecided& one : figures.undecided) {
        all.push_back({{"name", one.name},
                       {"leads_to_contacts", leads_names.of(one.leads)},
                       {"fate", fate_names.of(one.fate)}});
    }
    return all;
}

ordered_json lookups_json(const LookupFigures& lookups) {
    ordered_json json{{"log", log_state_names.of(lookups.state)}};
    const bool is_known = lookups.state == LogState::read;
    const auto add = [&](const char* name, std::uint64_t count) {
        json[name] = is_known ? ordered_json(count) : ordered_json(nullptr);
    };
    add("lookups", lookups.counts.lookups);
    add("found", lookups.counts.found);
    add("in_history", lookups.counts.in_history);
    add("in_log", lookups.counts.in_log);
    add("without_case", lookups.counts.without_case);
    add("accounts", lookups.counts.accounts);
    return json;
}

ordered_json server_json(const ServerFigures& server) {
    if (!server.refusal.empty()) {
        return {{"name", server.name},
                {"refusal", server.refusal},
                {"binary_log", nullptr},
                {"statement_logs", nullptr},
                {"replicas", nullptr}};
    }
    const database::BinaryLog& log = server.binary_log;
    ordered_json binary_log{{"on", log.on}};
    if (log.on) {
        binary_log.update(
            {{"format", log.format},
             {"row_image", log.row_image},
             {"server_row_image", log.server_row_image},
             {"keeps_statements", log.keeps_statements},
             {"kept_seconds", log.kept_seconds == 0 ? ordered_json(nullptr) : ordered_json(log.kept_seconds)},
             {"has_erased_values", !log.is_clear_of_erased_values()}});
    }
    ordered_json logs = ordered_json::array();
    for (const database::StatementLog& one : server.statement_logs) {
        logs.push_back({{"option", one.option}, {"where", one.where}, {"has_erasures", one.has_us}});
    }
    return {{"name", server.name},
            {"refusal", nullptr},
            {"binary_log", binary_log},
            {"statement_logs", logs},
            {"replicas", server.replicas ? ordered_json(*server.replicas) : ordered_json(nullptr)}};
}

}  // namespace

std::string to_json(const Figures& figures) {
    const ordered_json json{
        {"format", json_format},
        {"version", figures.program_version},
        {"made_at", iso_time(figures.made_at)},
        {"period",
         {{"from", day_text(figures.period.from)},
          {"before", day_text(figures.period.to)},
          {"time_zone", "UTC"},
          {"is_over", figures.period.is_over(figures.made_at)}}},
        {"first_erasure",
         figures.first_erasure ? ordered_json(iso_time(*figures.first_erasure)) : ordered_json(nullptr)},
        {"erasures", erasures_json(figures)},
        {"from_opt_out_to_erasure", times_json(figures)},
        {"open", open_json(figures)},
        // How many webhooks were lost is not recorded.
        {"lost_webhooks", nullptr},
        {"begun_by_comparison", figures.of(Origin::sweep)},
        {"returned", returned_json(figures)},
        {"undecided", undecided_json(figures)},
        {"lookups", lookups_json(figures.lookups)},
        {"server", server_json(figures.server)}};
    return json.dump(2, ' ', false, ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace gdprd::report
