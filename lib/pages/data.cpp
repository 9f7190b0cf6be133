// What an erasure does in this database, in words: first what nobody has decided about, then what becomes of
// each table.
#include <algorithm>

#include "certificate/document.h"
#include "certificate/rules.h"
#include "discovery/unknown.h"
#include "pages/erasure_parts.h"
#include "pages/pages.h"
#include "paper/readable.h"
#include "plan/plan.h"
#include "report/undecided.h"

namespace gdprd::pages {

using desk::Answer;
using desk::Html;
using desk::Text;
using desk::Visit;
using paper::readable;
using words::Word;

namespace {

// What is told in English, for whoever knows the database.
Html english(std::string_view text) {
    Html html;
    html << "<span lang=\"en\">" << Text{readable(text)} << "</span>";
    return html;
}

// What leads to contacts for certain comes first.
Html undecided(const Visit& visit, const plan::Plan& plan) {
    Html html = desk::heading(visit.say(Word::report_undecided));
    if (plan.unknown.empty()) return html << paragraph(visit.say(Word::desk_all_decided));
    html << paragraph(visit.say(Word::desk_undecided_text));
    struct Row {
        report::Undecided what;
        const discovery::Unknown* unknown = nullptr;
    };
    std::vector<Row> rows;
    for (const discovery::Unknown& one : plan.unknown) rows.push_back({report::undecided_of(one), &one});
    std::sort(rows.begin(), rows.end(), [](const Row& one, const Row& other) {
        if (one.what.leads != other.what.leads) return one.what.leads < other.what.leads;
        return one.what.name < other.what.name;
    });
    desk::Table table(
        visit.say(Word::report_undecided),
        {visit.say(Word::report_table), visit.say(Word::report_leads), visit.say(Word::desk_evidence)});
    for (const Row& row : rows) {
        table.row({desk::cell(readable(row.what.name)), desk::cell(visit.say(report::word_of(row.what))),
                   english(row.unknown->reason)});
    }
    return html << table.html();
}

Html limitations(const Visit& visit, const plan::Plan& plan) {
    Html html;
    if (plan.limitations.empty() && plan.missing_rights.empty()) return html;
    html << desk::heading(visit.say(Word::desk_limitations));
    desk::Table table(visit.say(Word::desk_limitations),
                      {visit.say(Word::report_table), visit.say(Word::desk_limitation)});
    for (const plan::MissingRight& one : plan.missing_rights)
        table.row({desk::cell(readable(one.real_table)), english("privilege missing: " + one.privilege)});
    for (const plan::Limitation& one : plan.limitations) {
        const std::string name = one.column.empty() ? one.real_table : one.real_table + '.' + one.column;
        table.row({desk::cell(readable(name)), english(one.what)});
    }
    return html << table.html();
}

Html tables(const Visit& visit, const plan::Plan& plan) {
    Html html = desk::heading(visit.say(Word::describe_tables));
    desk::Table table(visit.say(Word::describe_tables),
                      {visit.say(Word::what_it_holds), visit.say(Word::what_becomes)});
    for (const certificate::TableRules& rules : certificate::table_rules(plan)) {
        const paper::TableRow row = certificate::row_of(rules, visit.language);
        table.row({lines(row.at(0)), lines(row.at(1))});
    }
    html << table.html() << paragraph(visit.say(Word::hash_note));
    return html;
}

Html limits(const Visit& visit) {
    Html html = desk::heading(visit.say(Word::report_limits));
    html << "<ul>";
    for (const Word word : {Word::uncovered_older_rows, Word::uncovered_files, Word::uncovered_backups,
                            Word::uncovered_logs, Word::uncovered_systems, Word::uncovered_kept})
        html << "<li>" << Text{visit.say(word)} << "</li>";
    html << "</ul>\n";
    return html;
}

Answer show_data(Services& services, const Visit& visit) {
    const auto rules = services.rules(services.connections.mine());
    const plan::Plan& plan = *rules->plan;
    Html body;
    if (rules->is_stopped()) {
        body << desk::notice(desk::Tone::bad, visit.say(Word::desk_trouble_policy),
                             visit.say(Word::desk_ask_policy));
    }
    body << paragraph(visit.say(Word::describe_erased)) << paragraph(visit.say(Word::describe_kept))
         << undecided(visit, plan) << limitations(visit, plan) << tables(visit, plan) << limits(visit);
    return Answer::page(visit.say(Word::desk_data), std::move(body));
}

}  // namespace

desk::Page data(Services& services) {
    desk::Page page;
    page.path = "/data";
    page.name = Word::desk_data;
    page.get = [&services](const Visit& visit) { return show_data(services, visit); };
    return page;
}

}  // namespace gdprd::pages
