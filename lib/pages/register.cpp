// The list of all records, and the way from it to one of them.
#include "certificate/document.h"
#include "pages/erasure_parts.h"
#include "pages/one_erasure.h"
#include "pages/pages.h"
#include "pages/register_query.h"
#include "words/numbers.h"

namespace gdprd::pages {

using desk::Answer;
using desk::cell;
using desk::Html;
using desk::Link;
using desk::Visit;
using records::RegisterEntry;
using words::Word;

namespace {

constexpr std::size_t records_on_page = 50;

using Values = std::vector<std::pair<std::string, std::string>>;

Html day_field(const Visit& visit, const char* name, Word label, const std::string& value,
               const std::optional<Word>& fault) {
    desk::Field field;
    field.name = name;
    field.label = visit.say(label);
    field.value = value;
    field.type = "date";
    if (fault) field.error = visit.say(*fault);
    return desk::input(field);
}

Html choice(const Visit& visit, const char* name, Word label, const std::string& chosen, Values values) {
    values.insert(values.begin(), {"", visit.say(Word::desk_all)});
    return desk::select({name, visit.say(label), chosen, std::move(values)});
}

Html filter_form(const Visit& visit, const RegisterQuery& query) {
    Values statuses;
    for (const auto& [status, name] : ledger::status_names)
        statuses.emplace_back(name, visit.say(certificate::word_of(status)));
    Values origins;
    for (const auto& [origin, name] : origin_names)
        origins.emplace_back(name, visit.say(certificate::word_of(origin)));
    Values reasons;
    for (const auto reason : {policy::Reason::unsubscribed, policy::Reason::bounced, policy::Reason::manual})
        reasons.emplace_back(policy::name_of(reason), visit.say(certificate::word_of(reason)));
    const auto& filter = query.filter;
    const auto bad_if = [](bool is_bad) { return is_bad ? std::optional(Word::desk_bad_day) : std::nullopt; };
    Html form;
    form << "<form method=\"get\" action=\"/register\" class=\"filter\" aria-label=\""
         << desk::Text{visit.say(Word::desk_filter_title)} << "\">\n"
         << day_field(visit, "from", Word::desk_passed_from, query.from,
                      query.is_reversed ? Word::desk_days_reversed : bad_if(query.is_from_bad))
         << day_field(visit, "to", Word::desk_passed_to, query.to, bad_if(query.is_to_bad))
         << choice(visit, "status", Word::status, filter.status ? name_of(*filter.status) : "", statuses)
         << choice(visit, "origin", Word::origin, filter.origin ? name_of(*filter.origin) : "", origins)
         << choice(visit, "reason", Word::cause, filter.reason ? policy::name_of(*filter.reason) : "",
                   reasons)
         << choice(visit, "records", Word::desk_records, filter.current_only ? "current" : "",
                   {{"current", visit.say(Word::desk_current_only)}})
         << "<button type=\"submit\">" << desk::Text{visit.say(Word::desk_filter)} << "</button></form>\n";
    return form;
}

std::vector<Html> row_of(const Visit& visit, const RegisterEntry& entry) {
    std::string status = visit.say(certificate::word_of(entry.status));
    if (entry.is_former()) status += " (" + visit.say(Word::desk_followed) + ")";
    const auto took = certificate::took(entry.opted_out_at, entry.place.erased_at);
    return {contact_link(entry.place.contact),
            cell(entry.place.erased_at ? visit.time(*entry.place.erased_at) : visit.say(Word::desk_no_pass)),
            cell(status),
            cell(visit.say(certificate::word_of(entry.reason))),
            cell(visit.say(certificate::word_of(entry.origin))),
            cell(took ? words::duration_text(took->time, visit.language) : "")};
}

Answer list_records(Services& services, const Visit& visit) {
    Html body;
    if (is_there_no_ledger(services)) return Answer::page(visit.say(Word::desk_register), no_ledger(visit));
    const RegisterQuery query = register_query(visit);
    body << filter_form(visit, query);
    auto entries = records::Register(services.connections.mine(), services.ledger_database)
                       .page(query.filter, query.after, records_on_page + 1);
    std::optional<Link> next;
    if (has_next_page(entries, records_on_page)) next = link_after(query, entries.back().place);
    desk::Table table(
        visit.say(Word::desk_listed),
        {visit.say(Word::desk_of_contact), visit.say(Word::desk_first_pass), visit.say(Word::status),
         visit.say(Word::cause), visit.say(Word::origin), visit.say(Word::desk_took)});
    for (const RegisterEntry& entry : entries) table.row(row_of(visit, entry));
    body << (table.empty() ? paragraph(visit.say(Word::desk_no_record)) : table.html());
    body << pager(visit, query.after ? std::optional(link_of(query)) : std::nullopt, next);
    return Answer::page(visit.say(Word::desk_register), std::move(body));
}

}  // namespace

desk::Page register_of_erasures(Services& services) {
    desk::Page page;
    page.path = "/register";
    page.name = Word::desk_register;
    page.get = [&services](const Visit& visit) {
        return visit.rest.empty() ? list_records(services, visit) : show_erasure(services, visit);
    };
    return page;
}

}  // namespace gdprd::pages
