#include "casework/work_page.h"

#include <cmath>
#include <string>

#include "casework/people_forms.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Text;
using desk::Visit;
using words::Word;

namespace {

constexpr unsigned progress_refresh_seconds = 2;

std::uint64_t percent_of(double part) { return static_cast<std::uint64_t>(std::floor(part * 100)); }

}  // namespace

Answer progress_page(const Visit& visit, Word name, const WorkState& state, const desk::Link& link) {
    Html body;
    body << desk::notice(desk::Tone::good, visit.say(Word::desk_progress),
                         visit.say(Word::desk_progress_text));
    // Brought up to date while the button below has the focus, too.
    body << "<div data-live=\"progress\">";
    if (state.part_done) {
        const std::uint64_t percent = percent_of(*state.part_done);
        body << "<p><label for=\"part\">" << Text{visit.say(Word::desk_part_done)}
             << "</label> <progress id=\"part\" max=\"100\" value=\"" << percent << "\">" << percent
             << " %</progress> " << percent << " %</p>\n";
    }
    desk::Facts facts;
    if (!state.reading.empty()) facts.add(visit.say(Word::desk_reading), state.reading);
    facts.add(visit.say(Word::desk_elapsed), words::duration_text(now() - state.began_at, visit.language));
    body << facts.html() << "</div>\n";
    body << desk::form_begin(visit, link) << "<input type=\"hidden\" name=\"action\" value=\"cancel\">"
         << submit(visit.say(Word::desk_cancel)) << "</form>\n";
    Answer answer = Answer::page(visit.say(name), std::move(body));
    answer.refresh_seconds = progress_refresh_seconds;
    return answer;
}

Html work_notice(const Visit& visit, BackgroundWork& work, WorkKind kind, const std::string& path) {
    Html html;
    const auto link = [&](const WorkState& state, const std::string& text) {
        html << "<p>" << desk::linked(desk::Link(path + '/' + state.id), text) << "</p>\n";
    };
    if (const auto running = work.running(kind)) {
        html << desk::notice(desk::Tone::attention, visit.say(Word::desk_running),
                             visit.say(Word::desk_running_text, {sign_in::account_of_owner(running->owner),
                                                                 visit.time(running->began_at)}));
        if (running->owner == visit.person.owner) link(*running, visit.say(Word::desk_show));
    }
    if (const auto last = work.last_of(kind, visit.person.owner)) {
        link(*last, visit.say(Word::desk_last_result, {visit.time(last->ended_at)}));
    }
    return html;
}

std::optional<WorkState> work_of(const Visit& visit, BackgroundWork& work, WorkKind kind) {
    auto state = work.find(visit.person.owner, visit.rest);
    if (state && state->kind != kind) state.reset();
    return state;
}

Html as_status(const Html& notice) {
    Html html;
    html << "<div role=\"status\">" << notice << "</div>\n";
    return html;
}

Html ending_notice(const Visit& visit, const WorkState& state) {
    if (state.phase == WorkState::Phase::cancelled) {
        return as_status(desk::notice(desk::Tone::attention, visit.say(Word::desk_cancelled), ""));
    }
    if (state.phase == WorkState::Phase::failed) {
        return desk::notice(desk::Tone::bad, visit.say(Word::desk_ended_early),
                            visit.say(Word::desk_ended_early_text));
    }
    return {};
}

}  // namespace gdprd::casework
