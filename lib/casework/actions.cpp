#include "pages/actions.h"

#include "casework/pages.h"
#include "pages/erasure_parts.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Link;
using desk::Visit;
using words::Word;

namespace {

constexpr std::size_t actions_on_page = 100;

Word word_of(ActionKind kind) {
    switch (kind) {
        case ActionKind::sign_in:
            return Word::desk_did_sign_in;
        case ActionKind::sign_in_refused:
            return Word::desk_did_sign_in_refused;
        case ActionKind::sign_out:
            return Word::desk_did_sign_out;
        case ActionKind::look_up:
            return Word::desk_did_look_up;
        case ActionKind::certificate:
            return Word::desk_did_certificate;
        case ActionKind::report:
            return Word::desk_did_report;
        case ActionKind::residue_search:
            return Word::desk_did_residue_search;
        case ActionKind::residue_search_cancelled:
            return Word::desk_did_residue_cancelled;
        case ActionKind::seals_verified:
            break;
    }
    return Word::desk_did_seals_verified;
}

// The log has codes, of one language.
std::string part_text(const Visit& visit, const std::string& part) {
    const std::pair<std::string_view, Word> with_value[] = {{"contact ", Word::desk_detail_contact},
                                                            {"certificate ", Word::desk_detail_certificate}};
    if (part == "no contact") return visit.say(Word::desk_detail_no_contact);
    if (part == "log of look-ups") return visit.say(Word::desk_detail_log);
    for (const auto& [code, word] : with_value) {
        if (part.starts_with(code)) return visit.say(word, {part.substr(code.size())});
    }
    const auto to = part.find(" to ");
    if (to == std::string::npos) return part;
    return visit.say(Word::desk_detail_days, {part.substr(0, to), part.substr(to + 4)});
}

std::string detail_text(const Visit& visit, std::string_view detail) {
    std::string text;
    while (true) {
        const auto end = detail.find(", ");
        text += part_text(visit, std::string(detail.substr(0, end)));
        if (end == std::string_view::npos) return text;
        text += ", ";
        detail.remove_prefix(end + 2);
    }
}

std::string kind_text(const Visit& visit, const Action& action) {
    return action.other_kind.empty() ? visit.say(word_of(action.kind)) : action.other_kind;
}

Html table_of(const Visit& visit, const std::vector<Action>& actions) {
    desk::Table table(
        visit.say(Word::desk_actions),
        {"#", visit.say(Word::desk_time), visit.say(Word::desk_account), visit.say(Word::desk_action),
         visit.say(Word::desk_detail), visit.say(Word::desk_came_from)});
    for (const Action& one : actions) {
        table.row({desk::cell(std::to_string(one.id)), desk::cell(visit.time(one.at)),
                   desk::cell(one.account), desk::cell(kind_text(visit, one)),
                   desk::cell(detail_text(visit, one.detail)), desk::cell(one.remote)});
    }
    return table.empty() ? desk::notice(desk::Tone::good, visit.say(Word::desk_no_actions), "")
                         : table.html();
}

Answer show_actions(Services& services, const Visit& visit) {
    lookup::ActionLog log(services.connections.mine(), services.ledger_database);
    const auto before = visit.query.number("before");
    std::vector<Action> actions;
    if (log.exists()) actions = log.newest(actions_on_page + 1, before);
    std::optional<Link> next;
    if (pages::has_next_page(actions, actions_on_page)) {
        next = Link("/actions").with("before", std::to_string(actions.back().id));
    }
    Html body = pages::paragraph(visit.say(Word::desk_actions_text));
    body << table_of(visit, actions)
         << pages::pager(visit, before ? std::optional(Link("/actions")) : std::nullopt, next);
    return Answer::page(visit.say(Word::desk_actions), std::move(body));
}

}  // namespace

desk::Page actions(Services& services) {
    desk::Page page;
    page.path = "/actions";
    page.name = Word::desk_actions;
    page.get = [&services](const Visit& visit) { return show_actions(services, visit); };
    return page;
}

}  // namespace gdprd::casework
