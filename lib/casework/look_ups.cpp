#include <utility>

#include "casework/pages.h"
#include "casework/people_forms.h"
#include "desk/results.h"
#include "lookup/log_writer.h"
#include "pages/erasure_parts.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Link;
using desk::Text;
using desk::Visit;
using lookup::LoggedLookup;
using lookup::LookupReach;
using words::Word;

namespace {

constexpr std::size_t look_ups_on_page = 100;

std::string outcome_of(const Visit& visit, const LoggedLookup& entry) {
    if (!entry.found) return visit.say(Word::desk_outcome_not_found);
    if (entry.contacts.empty()) return visit.say(Word::desk_outcome_found);
    std::string contacts;
    for (const ContactId contact : entry.contacts) {
        contacts += (contacts.empty() ? "" : ", ") + std::to_string(contact);
    }
    if (entry.contact_count > entry.contacts.size()) contacts += ", \u2026";
    return visit.say(Word::desk_outcome_contacts, {contacts});
}

Word word_of_reach(LookupReach reach) {
    switch (reach) {
        case LookupReach::history:
            return Word::desk_reach_history;
        case LookupReach::log:
            return Word::desk_reach_log;
        case LookupReach::index:
            break;
    }
    return Word::desk_reach_index;
}

Html table_of(const Visit& visit, const std::vector<LoggedLookup>& entries) {
    desk::Table table(
        visit.say(Word::desk_lookups),
        {"#", visit.say(Word::desk_time), visit.say(Word::desk_account), visit.say(Word::desk_officer),
         visit.say(Word::case_reference), visit.say(Word::desk_reason), visit.say(Word::desk_outcome),
         visit.say(Word::desk_searched)});
    for (const LoggedLookup& one : entries) {
        table.row({desk::cell(std::to_string(one.id)), desk::cell(visit.time(one.at)),
                   desk::cell(one.account), desk::cell(one.officer), desk::cell(one.case_reference),
                   desk::cell(one.reason), desk::cell(outcome_of(visit, one)),
                   desk::cell(visit.say(word_of_reach(one.searched)))});
    }
    return table.empty() ? desk::notice(desk::Tone::good, visit.say(Word::desk_no_lookups), "")
                         : table.html();
}

class LookUps {
  public:
    explicit LookUps(Services& services) : services_(services) {}

    Answer get(const Visit& visit) {
        if (visit.rest.empty()) return list(visit, std::nullopt, std::nullopt);
        const auto asked = results_.find(visit.person.owner, visit.rest);
        if (asked == nullptr) return result_gone(visit, Word::desk_lookups);
        Html body = desk::heading(
            visit.say(Word::desk_lookups_of, {words::count_text(asked->lookups.size(), visit.language)}));
        if (asked->of_other_keys > 0) {
            body << desk::notice(desk::Tone::attention,
                                 visit.say(Word::desk_lookups_other_keys,
                                           {words::count_text(asked->of_other_keys, visit.language)}),
                                 "");
        }
        body << table_of(visit, asked->lookups) << "<p>"
             << desk::linked(Link("/look-ups"), visit.say(Word::desk_first)) << "</p>\n";
        return Answer::page(visit.say(Word::desk_lookups), std::move(body));
    }

    // Was an address looked up? Logged before it is answered.
    Answer post(const Visit& visit) try {
        if (visit.person.role != sign_in::Role::officer) return not_allowed(visit);
        const std::string address = visit.form.value("address");
        const lookup::LookupWords words = words_in(visit);
        const auto fault = lookup::check_address(address);
        const auto refused = lookup::refused_words(words, services_.case_required);
        if (fault || refused) return list(visit, fault, refused);
        database::Connection& connection = services_.connections.mine();
        lookup::AskedOfLog asked;
        or_not_at_all([&] {
            lookup::LogWriter log(connection, services_.ledger_database, services_.lookup_hasher);
            asked = log.ask(lookup::logged({}, desk_account, words, false), address, look_ups_on_page,
                            lookup::log_hashers_of(services_.former_keys));
            services_.log_action(connection, action_of(visit, ActionKind::look_up, "log of look-ups"));
        });
        return Answer::go_to(Link("/look-ups/" + results_.keep(visit.person.owner, std::move(asked))));
    } catch (const NotLogged& error) {
        return not_logged(visit, error);
    }

  private:
    Answer list(const Visit& visit, const std::optional<lookup::AddressFault>& fault,
                const std::optional<lookup::RefusedWords>& refused) {
        lookup::LookupLog log(services_.connections.mine(), services_.ledger_database);
        const auto before = visit.query.number("before");
        std::vector<LoggedLookup> entries;
        if (log.exists()) entries = log.newest(look_ups_on_page + 1, std::nullopt, before);
        std::optional<Link> next;
        if (pages::has_next_page(entries, look_ups_on_page)) {
            next = Link("/look-ups").with("before", std::to_string(entries.back().id));
        }
        Html body;
        if (visit.person.role == sign_in::Role::officer) body << question(visit, fault, refused);
        body << table_of(visit, entries)
             << pages::pager(visit, before ? std::optional(Link("/look-ups")) : std::nullopt, next);
        Answer answer = Answer::page(visit.say(Word::desk_lookups), std::move(body));
        if (fault || refused) answer.status = 422;
        return answer;
    }

    Html question(const Visit& visit, const std::optional<lookup::AddressFault>& fault,
                  const std::optional<lookup::RefusedWords>& refused) const {
        Html html;
        html << "<details" << (fault || refused ? desk::Markup(" open") : desk::Markup("")) << "><summary>"
             << Text{visit.say(Word::desk_was_asked)} << "</summary>\n<p>"
             << Text{visit.say(Word::desk_was_asked_text)} << "</p>\n"
             << desk::form_begin(visit, Link("/look-ups")) << address_field(visit, fault)
             << case_fields(services_, visit, refused) << submit(visit.say(Word::desk_search_log))
             << "</form></details>\n";
        return html;
    }

    Services& services_;
    desk::Results<lookup::AskedOfLog> results_;
};

}  // namespace

desk::Page look_ups(Services& services) {
    const auto look_ups = std::make_shared<LookUps>(services);
    desk::Page page;
    page.path = "/look-ups";
    page.name = Word::desk_lookups;
    page.get = [look_ups](const Visit& visit) { return look_ups->get(visit); };
    page.post = [look_ups](const Visit& visit) { return look_ups->post(visit); };
    return page;
}

}  // namespace gdprd::casework
