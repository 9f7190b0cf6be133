#include "pages/erasure_parts.h"

#include "ledger/ledger.h"
#include "words/numbers.h"

namespace gdprd::pages {

using desk::Html;
using desk::Link;
using desk::Text;
using desk::Visit;
using words::Word;

bool is_there_no_ledger(Services& services) {
    const auto found = ledger::Ledger(services.connections.mine(), services.ledger_database).format_found();
    return found.value_or(0) < ledger::Ledger::format;
}

Html no_ledger(const Visit& visit) {
    return desk::notice(desk::Tone::attention, visit.say(Word::desk_no_record_kept),
                        visit.say(Word::desk_no_ledger_text));
}

std::string count(const Visit& visit, std::uint64_t number) {
    return words::count_text(number, visit.language);
}

std::string when(const Visit& visit, const std::optional<Timestamp>& time) {
    return time ? visit.time(*time) : "";
}

std::optional<Timestamp> moment_of(std::uint64_t milliseconds) {
    constexpr std::uint64_t latest = 253'402'300'799'999;
    if (milliseconds > latest) return std::nullopt;
    return Timestamp(Milliseconds(milliseconds));
}

Html contact_link(ContactId contact) {
    const std::string number = std::to_string(contact);
    return desk::linked(Link("/register/" + number), number);
}

Html paragraph(std::string_view text) {
    Html html;
    html << "<p>" << Text{text} << "</p>\n";
    return html;
}

Html lines(std::string_view text) {
    Html html;
    while (true) {
        const auto end = text.find('\n');
        html << Text{text.substr(0, end)};
        if (end == std::string_view::npos) return html;
        html << "<br>";
        text.remove_prefix(end + 1);
    }
}

Html pager(const Visit& visit, const std::optional<Link>& first, const std::optional<Link>& next) {
    Html html;
    if (!first && !next) return html;
    html << "<nav class=\"pages\" aria-label=\"" << Text{visit.say(Word::desk_pages)} << "\">";
    if (first) html << desk::linked(*first, visit.say(Word::desk_first));
    if (first && next) html << " ";
    if (next) html << desk::linked(*next, visit.say(Word::desk_next));
    html << "</nav>\n";
    return html;
}

}  // namespace gdprd::pages
