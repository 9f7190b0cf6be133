#include "pages/troubles.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "pages/erasure_parts.h"
#include "paper/readable.h"

namespace gdprd::pages {

using desk::DaemonStatus;
using desk::Html;
using desk::Link;
using desk::Text;
using desk::Tone;
using desk::Visit;
using words::Word;

namespace {

constexpr std::string_view prefix = "mautic_gdprd_";

// 0 for what is not known.
std::uint64_t figure(const DaemonStatus& status, std::string_view name) {
    const double value = status.metric(std::string(prefix) + std::string(name)).value_or(0);
    return value > 0 ? static_cast<std::uint64_t>(std::llround(value)) : 0;
}

std::uint64_t jobs(const DaemonStatus& status, std::string_view state) {
    return figure(status, "queue_jobs{state=\"" + std::string(state) + "\"}");
}

// A page of ours that tells more.
Html where(const Visit& visit, const char* path, Word name) {
    constexpr const char* place = "\x01";
    const std::string text = visit.say(Word::desk_where, {place});
    const auto at = text.find(place);
    Html html;
    html << "<p>" << Text{text.substr(0, at)} << desk::linked(Link(path), visit.say(name))
         << Text{text.substr(at + 1)} << "</p>\n";
    return html;
}

// What `/readyz` has a part for.
struct PartWords {
    std::string_view name;
    Word trouble;
    Word ask;
};
constexpr std::array parts{
    PartWords{"database", Word::desk_trouble_database, Word::desk_ask_database},
    PartWords{"schema", Word::desk_trouble_schema, Word::desk_ask_schema},
    PartWords{"queue", Word::desk_trouble_queue, Word::desk_ask_queue},
    PartWords{"backlog", Word::desk_trouble_backlog, Word::desk_ask_backlog},
    PartWords{"policy", Word::desk_trouble_policy, Word::desk_ask_policy},
    PartWords{"safety", Word::desk_trouble_safety, Word::desk_ask_safety},
    PartWords{"", Word::desk_trouble_other, Word::desk_ask_other},  // one that came later
};

// What a figure above 0 means.
struct FigureWords {
    std::string_view metric;
    Tone tone;
    Word trouble;  // {1} is the figure
    Word ask;
};
constexpr std::array figures{
    FigureWords{"ledger_seal_findings", Tone::bad, Word::desk_trouble_seals, Word::desk_ask_seals},
    FigureWords{"audit_findings", Tone::bad, Word::desk_trouble_audit, Word::desk_ask_audit},
    FigureWords{"queue_jobs{state=\"parked\"}", Tone::bad, Word::desk_trouble_parked, Word::desk_ask_parked},
    FigureWords{"missing_contacts", Tone::attention, Word::desk_trouble_missing, Word::desk_ask_missing},
    FigureWords{"missing_rights", Tone::attention, Word::desk_trouble_rights, Word::desk_ask_rights},
    FigureWords{"mautic_webhook_warnings", Tone::attention, Word::desk_trouble_webhook,
                Word::desk_ask_webhook},
};

Html not_ready(const DaemonStatus& status, const Visit& visit) {
    Html html;
    bool is_brake_told = false;
    for (const DaemonStatus::Part& part : status.not_ready) {
        const auto found = std::find_if(parts.begin(), parts.end(), [&](const PartWords& one) {
            return one.name == part.name || one.name.empty();
        });
        html << desk::notice(Tone::bad, visit.say(found->trouble), visit.say(found->ask));
        is_brake_told = is_brake_told || part.name == "safety";
        if (part.name == "policy") html << where(visit, "/data", Word::desk_data);
    }
    if (!is_brake_told && figure(status, "erasing_paused") > 0) {
        html << desk::notice(Tone::bad, visit.say(Word::desk_trouble_safety),
                             visit.say(Word::desk_ask_safety));
    }
    if (html.empty() && !status.is_ready) {
        html << desk::notice(Tone::bad, visit.say(Word::desk_trouble_other), visit.say(Word::desk_ask_other));
    }
    return html;
}

// An hour: it is due every few minutes, and waits for a busy server.
bool is_sweep_overdue(const DaemonStatus& status, Timestamp at) {
    constexpr double overdue_seconds = 3'600;
    double since = static_cast<double>(figure(status, "sweep_incremental_timestamp_seconds"));
    if (since <= 0) since = status.metric("process_start_time_seconds").value_or(0);
    const double now_seconds = static_cast<double>(at.time_since_epoch().count()) / 1'000;
    return since > 0 && now_seconds - since > overdue_seconds;
}

Html of_figures(const DaemonStatus& status, const Visit& visit, Timestamp at) {
    Html html;
    for (const FigureWords& one : figures) {
        const std::uint64_t number = figure(status, one.metric);
        if (number == 0) continue;
        html << desk::notice(one.tone, visit.say(one.trouble, {count(visit, number)}), visit.say(one.ask));
    }
    const std::uint64_t undecided = figure(status, "unknown_tables") + figure(status, "unknown_columns");
    if (undecided > 0) {
        html << desk::notice(Tone::attention,
                             visit.say(Word::desk_trouble_undecided, {count(visit, undecided)}),
                             visit.say(Word::desk_ask_undecided))
             << where(visit, "/data", Word::desk_data);
    }
    if (is_sweep_overdue(status, at)) {
        html << desk::notice(Tone::attention, visit.say(Word::desk_trouble_sweep),
                             visit.say(Word::desk_ask_sweep));
    }
    return html;
}

// The daemon's own words, for whoever is asked.
Html in_english(const DaemonStatus& status, const Visit& visit) {
    Html html;
    if (status.not_ready.empty() && status.warnings.empty()) return html;
    html << "<details><summary>" << Text{visit.say(Word::desk_warnings)} << "</summary><ul lang=\"en\">";
    for (const DaemonStatus::Part& part : status.not_ready)
        html << "<li>" << Text{paper::readable(part.name + ": " + part.detail)} << "</li>";
    for (const std::string& warning : status.warnings)
        html << "<li>" << Text{paper::readable(warning)} << "</li>";
    html << "</ul></details>\n";
    return html;
}

Html time_of(const DaemonStatus& status, const Visit& visit, std::string_view metric) {
    const std::uint64_t seconds = figure(status, metric);
    return desk::cell(seconds > 0 ? visit.time(Timestamp(std::chrono::seconds(seconds)))
                                  : visit.say(Word::desk_not_since_start));
}

}  // namespace

Html state_of(const DaemonStatus& status, const Visit& visit, Timestamp at) {
    Html html = desk::heading(visit.say(Word::desk_state));
    if (!status.is_reachable) {
        return html << desk::notice(Tone::bad, visit.say(Word::desk_trouble_daemon),
                                    visit.say(Word::desk_ask_daemon));
    }
    const Html bad = not_ready(status, visit);
    if (bad.empty()) {
        html << desk::notice(Tone::good, visit.say(Word::desk_working), visit.say(Word::desk_working_text));
    }
    return html << bad << of_figures(status, visit, at) << in_english(status, visit);
}

Html work_of(const DaemonStatus& status, const Visit& visit) {
    Html html;
    if (!status.is_reachable) return html;
    desk::Facts facts;
    facts.add(visit.say(Word::desk_waiting),
              count(visit, jobs(status, "ready") + jobs(status, "waiting") + jobs(status, "running")));
    facts.add(visit.say(Word::desk_later_pass), count(visit, jobs(status, "settling")));
    facts.add(visit.say(Word::desk_given_up), count(visit, jobs(status, "parked")));
    facts.add(visit.say(Word::desk_webhook_rows), count(visit, figure(status, "mautic_webhook_queue_rows")));
    facts.add(visit.say(Word::desk_compared), time_of(status, visit, "sweep_incremental_timestamp_seconds"));
    facts.add(visit.say(Word::desk_compared_all), time_of(status, visit, "sweep_full_timestamp_seconds"));
    facts.add(visit.say(Word::desk_lost_opt_outs),
              desk::linked(Link("/returned"), count(visit, figure(status, "lost_opt_outs_total"))));
    return html << desk::heading(visit.say(Word::desk_work)) << facts.html();
}

}  // namespace gdprd::pages
