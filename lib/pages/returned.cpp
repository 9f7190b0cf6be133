// Erased people who were seen again, and opt-outs that a merge took away.
#include "background/sightings.h"
#include "pages/erasure_parts.h"
#include "pages/pages.h"
#include "records/statistics.h"
#include "report/held.h"

namespace gdprd::pages {

using background::SightingRow;
using desk::Answer;
using desk::cell;
using desk::Html;
using desk::Link;
using desk::Visit;
using words::Word;

namespace {

constexpr std::size_t sightings_on_page = 50;

// In the URL: when it was seen, in milliseconds, and the row's key.
Link link_after(const SightingRow& row) {
    return Link("/returned")
        .with("seen", std::to_string(row.seen_at.time_since_epoch().count()))
        .with("contact", std::to_string(row.contact))
        .with("former", std::to_string(row.former))
        .with("kind", background::name_of(row.kind));
}

std::optional<SightingRow> place_from(const Visit& visit) {
    const auto milliseconds = visit.query.number("seen");
    const auto seen = milliseconds ? moment_of(*milliseconds) : std::nullopt;
    const auto contact = visit.query.number("contact");
    const auto former = visit.query.number("former");
    const auto kind = background::sighting_names.value_of(visit.query.value("kind"));
    if (!seen || !contact || !former || !kind) return std::nullopt;
    SightingRow row;
    row.kind = *kind;
    row.contact = *contact;
    row.former = *former;
    row.seen_at = *seen;
    return row;
}

Html list_sightings(const Visit& visit, std::vector<SightingRow> rows, bool is_first) {
    std::optional<Link> next;
    if (has_next_page(rows, sightings_on_page)) next = link_after(rows.back());
    desk::Table table(visit.say(Word::desk_returned),
                      {visit.say(Word::desk_of_contact), visit.say(Word::desk_former_contact),
                       visit.say(Word::report_seen), visit.say(Word::desk_seen_at)});
    for (const SightingRow& row : rows) {
        table.row({contact_link(row.contact), contact_link(row.former),
                   cell(visit.say(report::word_of(row.kind, row.outcome))), cell(visit.time(row.seen_at))});
    }
    Html html = table.empty() ? paragraph(visit.say(Word::desk_no_return)) : table.html();
    return html << pager(visit, is_first ? std::nullopt : std::optional(Link("/returned")), next);
}

Answer show_returned(Services& services, const Visit& visit) {
    if (is_there_no_ledger(services)) return Answer::page(visit.say(Word::desk_returned), no_ledger(visit));
    database::Connection& connection = services.connections.mine();
    const auto after = place_from(visit);
    Html body = paragraph(visit.say(Word::desk_returned_text));
    body
        << list_sightings(
               visit,
               background::Sightings(connection, services.ledger_database).page(after, sightings_on_page + 1),
               !after)
        << paragraph(visit.say(Word::report_return_limits));
    if (records::Statistics(connection, services.ledger_database).has_forgotten())
        body << paragraph(visit.say(Word::report_return_forgotten));
    return Answer::page(visit.say(Word::desk_returned), std::move(body));
}

}  // namespace

desk::Page returned(Services& services) {
    desk::Page page;
    page.path = "/returned";
    page.name = Word::desk_returned;
    page.get = [&services](const Visit& visit) { return show_returned(services, visit); };
    return page;
}

}  // namespace gdprd::pages
