#include <any>
#include <utility>

#include "base/text.h"
#include "casework/background_work.h"
#include "casework/pages.h"
#include "casework/people_forms.h"
#include "casework/work_page.h"
#include "database/account.h"
#include "desk/cut_connection.h"
#include "lookup/log_writer.h"
#include "matching/identity.h"
#include "verify/values.h"
#include "verify/whole_search.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Text;
using desk::Visit;
using words::Word;

namespace {

// A chunk of a table without indexes on a busy server.
constexpr Milliseconds chunk_timeout{3'600'000};
constexpr Milliseconds log_timeout{60'000};
// After each chunk the server is left to others.
constexpr Milliseconds rest_between_chunks{20};
constexpr std::uint64_t megabyte = 1'000'000;

Word word_of_value(verify::ValueFault fault) {
    switch (fault) {
        case verify::ValueFault::too_long:
            return Word::desk_value_too_long;
        case verify::ValueFault::control_characters:
            return Word::desk_value_unreadable;
        case verify::ValueFault::too_short:
            break;
    }
    return Word::desk_value_too_short;
}

// What was typed, of which nothing is shown again.
struct Wanted {
    std::string address;
    lookup::LookupWords words;
    matching::Identity identity;
    std::optional<lookup::AddressFault> address_fault;
    std::optional<lookup::RefusedWords> refused_words;
    std::string values_error;  // "" for none
    bool strong_only = false;

    bool is_refused() const { return address_fault || refused_words || !values_error.empty(); }
};

std::string add_values(const Visit& visit, std::string_view lines, matching::Identity& identity) {
    std::size_t number = 0;
    std::size_t values = 1;  // the address
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(lines.size(), line.size() + 1));
        ++number;
        const std::string_view value = trimmed(line);
        if (value.empty()) continue;
        if (const auto fault = verify::check_value(value)) {
            return visit.say(word_of_value(*fault), {std::to_string(number)});
        }
        if (++values > verify::values_max) {
            return visit.say(Word::desk_values_too_many, {std::to_string(verify::values_max)});
        }
        identity.add(value);
    }
    return {};
}

Wanted wanted_in(const Visit& visit, bool case_required) {
    Wanted wanted;
    wanted.address = visit.form.value("address");
    wanted.words = words_in(visit);
    wanted.address_fault = lookup::check_address(wanted.address);
    wanted.refused_words = lookup::refused_words(wanted.words, case_required);
    if (!wanted.address_fault) wanted.identity.add(wanted.address);
    wanted.values_error = add_values(visit, visit.form.raw("values"), wanted.identity);
    wanted.strong_only = visit.form.has("strong_only");
    return wanted;
}

verify::Findings read_all(const Services& services, const Wanted& wanted, WorkControl& control) {
    const desk::CutConnection connection(services.connections, control.stop(), chunk_timeout);
    verify::WholeSearch whole(connection.get(),
                              {database::current_database(connection.get()), services.ledger_database});
    return whole.run(wanted.identity, wanted.strong_only, [&control](const verify::Progress& progress) {
        control.tell(progress.table, progress.part_done);
        control.rest(rest_between_chunks);
        return !control.is_cancelled();
    });
}

// It tells whether the address is here: a look-up through everything. With a connection of its own, because
// that of a cancelled search is cut off, and what was found until then is shown, too.
void log_search(const Services& services, const Wanted& wanted, const verify::Findings& findings) {
    const auto connection = services.connections.separate(log_timeout);
    lookup::LoggedLookup entry = lookup::logged({}, desk_account, wanted.words, true);
    entry.found = !findings.hits.empty();
    lookup::LogWriter(*connection, services.ledger_database, services.lookup_hasher)
        .add_address(std::move(entry), wanted.address);
}

std::any search(const Services& services, const Wanted& wanted, WorkControl& control) {
    return or_unlogged(control, [&] {
        const verify::Findings findings = read_all(services, wanted, control);
        or_not_at_all([&] { log_search(services, wanted, findings); });
        return std::any(findings);
    });
}

bool is_whole(const WorkState& state, const verify::Findings& findings) {
    return state.phase == WorkState::Phase::done && !findings.interrupted && findings.failure.empty() &&
           findings.not_searched.empty();
}

class Residue {
  public:
    Residue(Services& services, BackgroundWork& work) : services_(services), work_(work) {}

    Answer get(const Visit& visit) {
        if (visit.rest.empty()) return form(visit, {});
        const auto state = work_of(visit, work_, WorkKind::residue);
        if (!state) return result_gone(visit, Word::desk_residue);
        if (state->phase == WorkState::Phase::running) {
            return progress_page(visit, Word::desk_residue, *state, link_of(state->id));
        }
        if (is_unlogged(state->result)) return not_logged(visit);
        Html body = ending_notice(visit, *state);
        if (const auto* findings = std::any_cast<verify::Findings>(&state->result)) {
            body << outcome(visit, *state, *findings);
        }
        body << "<p>" << desk::linked(desk::Link("/residue"), visit.say(Word::desk_residue)) << "</p>\n";
        return Answer::page(visit.say(Word::desk_residue), std::move(body));
    }

    Answer post(const Visit& visit) try {
        if (visit.form.value("action") == "cancel") return cancel(visit);
        if (work_.running(WorkKind::residue)) return form(visit, {});
        Wanted wanted = wanted_in(visit, services_.case_required);
        if (wanted.is_refused()) return form(visit, wanted);
        or_not_at_all([&] {
            database::Connection& connection = services_.connections.mine();
            // Whether it can be logged is known before the search, not after it.
            lookup::LogWriter(connection, services_.ledger_database, services_.lookup_hasher);
            services_.log_action(connection, action_of(visit, ActionKind::residue_search));
        });
        Services& services = services_;
        const auto id = work_.start(WorkKind::residue, visit.person.owner,
                                    [&services, wanted = std::move(wanted)](WorkControl& control) {
                                        return search(services, wanted, control);
                                    });
        return id ? Answer::go_to(link_of(*id)) : form(visit, {});
    } catch (const NotLogged& error) {
        return not_logged(visit, error);
    }

  private:
    static desk::Link link_of(const std::string& id) { return desk::Link("/residue/" + id); }

    Answer cancel(const Visit& visit) {
        const auto state = work_of(visit, work_, WorkKind::residue);
        if (!state) return result_gone(visit, Word::desk_residue);
        if (state->phase == WorkState::Phase::running) {
            services_.log_action(services_.connections.mine(),
                                 action_of(visit, ActionKind::residue_search_cancelled));
            work_.cancel(WorkKind::residue, visit.person.owner, state->id);
        }
        return Answer::go_to(link_of(state->id));
    }

    Answer form(const Visit& visit, const Wanted& refused) {
        Html body;
        body << work_notice(visit, work_, WorkKind::residue, "/residue");
        body << "<p>" << Text{visit.say(Word::desk_residue_text)} << "</p>\n"
             << desk::form_begin(visit, desk::Link("/residue")) << address_field(visit, refused.address_fault)
             << case_fields(services_, visit, refused.refused_words)
             << values_field(visit, refused.values_error)
             << checkbox("strong_only", visit.say(Word::desk_strong_only), "", visit.form.has("strong_only"))
             << submit(visit.say(Word::desk_search)) << "</form>\n";
        Answer answer = Answer::page(visit.say(Word::desk_residue), std::move(body));
        if (refused.is_refused()) answer.status = 422;
        return answer;
    }

    static Html values_field(const Visit& visit, const std::string& error) {
        Html html;
        html << "<div class=\"field\"><label for=\"values\">" << Text{visit.say(Word::desk_values)}
             << "</label>\n<p class=\"hint\" id=\"values-hint\">" << Text{visit.say(Word::desk_values_hint)}
             << "</p>\n";
        if (!error.empty()) html << "<p class=\"error\" id=\"values-error\">" << Text{error} << "</p>\n";
        html << "<textarea id=\"values\" name=\"values\" rows=\"6\" autocomplete=\"off\" spellcheck=\"false\""
             << (error.empty() ? desk::Markup(" aria-describedby=\"values-hint\"")
                               : desk::Markup(" aria-describedby=\"values-hint values-error\""
                                              " aria-invalid=\"true\""))
             << ">" << desk::Typed{visit.is_carried_over ? visit.form.raw("values") : ""}
             << "</textarea></div>\n";
        return html;
    }

    static Html outcome(const Visit& visit, const WorkState& state, const verify::Findings& findings) {
        const auto count = [&](std::uint64_t number) { return words::count_text(number, visit.language); };
        const bool is_cancelled = state.phase == WorkState::Phase::cancelled;
        Html html;
        if (!findings.failure.empty() && !is_cancelled) {
            html << desk::notice(desk::Tone::bad, visit.say(Word::desk_ended_early),
                                 visit.say(Word::desk_rest_not_searched));
        }
        html << as_status(
            !findings.hits.empty()
                ? desk::notice(desk::Tone::attention,
                               visit.say(Word::desk_left, {count(findings.hits.size())}), "")
            : is_whole(state, findings)
                ? desk::notice(desk::Tone::good, visit.say(Word::desk_nothing_found), "")
                : desk::notice(desk::Tone::attention, visit.say(Word::desk_nothing_in_part), ""));
        html << table_of_hits(visit, findings);
        if (!is_cancelled) html << table_of_rest(visit, findings);
        desk::Facts facts;
        facts.add(visit.say(Word::desk_searched),
                  visit.say(Word::desk_searched_extent, {count(findings.tables), count(findings.rows),
                                                         count((findings.bytes + megabyte - 1) / megabyte)}));
        facts.add(visit.say(Word::desk_time), visit.time(state.ended_at));
        html << facts.html();
        return html;
    }

    static Html table_of_hits(const Visit& visit, const verify::Findings& findings) {
        desk::Table table(visit.say(Word::left_over),
                          {visit.say(Word::column_of_table), visit.say(Word::desk_rows_certain),
                           visit.say(Word::desk_rows_doubtful)});
        for (const verify::ColumnHits& hit : findings.hits) {
            table.row({desk::cell(hit.database + '.' + hit.table + '.' + hit.column),
                       desk::cell(words::count_text(hit.rows_strong, visit.language)),
                       desk::cell(words::count_text(hit.rows_weak, visit.language))});
        }
        return table.empty() ? Html() : table.html();
    }

    static Html table_of_rest(const Visit& visit, const verify::Findings& findings) {
        desk::Table table(visit.say(Word::desk_not_read),
                          {visit.say(Word::desk_what), visit.say(Word::desk_why)});
        for (const verify::NotSearched& one : findings.not_searched) {
            table.row({desk::cell(one.what), desk::cell(one.why)});
        }
        return table.empty() ? Html() : table.html();
    }

    Services& services_;
    BackgroundWork& work_;
};

}  // namespace

desk::Page residue(Services& services, BackgroundWork& work) {
    const auto residue = std::make_shared<Residue>(services, work);
    desk::Page page;
    page.path = "/residue";
    page.name = Word::desk_residue;
    page.least = sign_in::Role::officer;
    page.get = [residue](const Visit& visit) { return residue->get(visit); };
    page.post = [residue](const Visit& visit) { return residue->post(visit); };
    return page;
}

}  // namespace gdprd::casework
