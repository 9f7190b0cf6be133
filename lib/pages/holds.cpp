// Whom the rules of [hold] keep from being erased.
#include <algorithm>

#include "pages/erasure_parts.h"
#include "pages/pages.h"
#include "paper/readable.h"
#include "records/statistics.h"
#include "report/held.h"

namespace gdprd::pages {

using desk::Answer;
using desk::cell;
using desk::Html;
using desk::Link;
using desk::Visit;
using policy::Hold;
using words::Word;

namespace {

constexpr std::size_t held_on_page = 50;
// So many contacts are asked about for the table of rules.
constexpr std::uint64_t counted_max = 2'000;

std::uint64_t held_count(database::Connection& connection, const erasure::Rules& rules) {
    return records::Statistics(connection, rules.ledger_database).count_current(ledger::Status::held);
}

// Of the configuration; a field's values are counted one by one where they hold somebody.
std::vector<report::HeldByRule> configured(const policy::Holds& holds) {
    std::vector<report::HeldByRule> rules;
    for (const std::string& tag : holds.tags) rules.push_back({Hold::Kind::tag, tag, 0, 0});
    for (const std::string& segment : holds.segments) rules.push_back({Hold::Kind::segment, segment, 0, 0});
    for (const policy::HoldField& field : holds.fields)
        rules.push_back({Hold::Kind::field, field.alias, 0, 0});
    return rules;
}

std::string text_of(const Visit& visit, const report::HeldByRule& rule) {
    if (rule.kind == Hold::Kind::field && rule.number == 0)
        return visit.say(Word::desk_any_value, {paper::readable(rule.name)});
    return report::rule_text(rule, visit.language);
}

Html rules_html(const Visit& visit, database::Connection& connection, const erasure::Rules& rules) {
    std::vector<report::HeldByRule> listed = configured(rules.holds);
    const std::uint64_t held = held_count(connection, rules);
    if (listed.empty() && held == 0) return paragraph(visit.say(Word::desk_no_hold_rules));
    desk::Table table(visit.say(Word::desk_hold_rules),
                      {visit.say(Word::report_rule), visit.say(Word::report_contacts)});
    if (held > counted_max) {
        for (const auto& rule : listed) table.row({cell(text_of(visit, rule)), cell("")});
        return table.html() << paragraph(visit.say(Word::desk_too_many_held, {count(visit, counted_max)}));
    }
    const report::HeldFigures figures = report::held_figures(connection, rules);
    std::erase_if(listed, [&](const report::HeldByRule& rule) {
        return std::any_of(figures.rules.begin(), figures.rules.end(), [&](const report::HeldByRule& one) {
            return one.kind == rule.kind && one.name == rule.name;
        });
    });
    listed.insert(listed.begin(), figures.rules.begin(), figures.rules.end());
    for (const auto& rule : listed)
        table.row({cell(text_of(visit, rule)), cell(count(visit, rule.contacts))});
    if (figures.by_none > 0) {
        table.row({cell(visit.say(Word::report_held_by_none)), cell(count(visit, figures.by_none))});
    }
    if (figures.gone > 0) {
        table.row({cell(visit.say(Word::report_held_gone)), cell(count(visit, figures.gone))});
    }
    return table.html();
}

std::string why_held(const Visit& visit, const report::HeldContact& one) {
    if (one.rule) return text_of(visit, *one.rule);
    return visit.say(one.in_mautic ? Word::report_held_by_none : Word::report_held_gone);
}

Html contacts_html(const Visit& visit, database::Connection& connection, const erasure::Rules& rules) {
    const ContactId after = visit.query.number("after").value_or(0);
    auto contacts = report::held_contacts(connection, rules, after, held_on_page + 1);
    std::optional<Link> next;
    if (has_next_page(contacts, held_on_page)) {
        next = Link("/holds").with("after", std::to_string(contacts.back().contact));
    }
    Html html = desk::heading(visit.say(Word::desk_held_contacts));
    desk::Table table(visit.say(Word::desk_held_contacts),
                      {visit.say(Word::desk_of_contact), visit.say(Word::report_rule)});
    for (const report::HeldContact& one : contacts)
        table.row({contact_link(one.contact), cell(why_held(visit, one))});
    html << (table.empty() ? paragraph(visit.say(Word::desk_nobody_held)) : table.html());
    return html << pager(visit, after > 0 ? std::optional(Link("/holds")) : std::nullopt, next);
}

Answer show_holds(Services& services, const Visit& visit) {
    if (is_there_no_ledger(services)) return Answer::page(visit.say(Word::desk_holds), no_ledger(visit));
    database::Connection& connection = services.connections.mine();
    const auto rules = services.rules(connection);
    Html body = paragraph(visit.say(Word::desk_held_text));
    body << rules_html(visit, connection, *rules) << contacts_html(visit, connection, *rules);
    return Answer::page(visit.say(Word::desk_holds), std::move(body));
}

}  // namespace

desk::Page holds(Services& services) {
    desk::Page page;
    page.path = "/holds";
    page.name = Word::desk_holds;
    page.get = [&services](const Visit& visit) { return show_holds(services, visit); };
    return page;
}

}  // namespace gdprd::pages
