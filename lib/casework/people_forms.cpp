#include "casework/people_forms.h"

#include <utility>

#include "base/log.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Text;
using desk::Visit;
using lookup::AddressFault;
using lookup::WordsFault;
using lookup::WordsField;
using words::Word;

namespace {

constexpr desk::Markup not_completed = " autocomplete=\"off\"";
constexpr desk::Markup address_attributes =
    " inputmode=\"email\" autocomplete=\"off\" spellcheck=\"false\" maxlength=\"764\"";

Word word_of_fault(AddressFault fault) {
    switch (fault) {
        case AddressFault::missing:
            return Word::desk_address_missing;
        case AddressFault::too_long:
            return Word::desk_address_too_long;
        case AddressFault::no_at:
            return Word::desk_address_no_at;
        case AddressFault::no_utf8:
            return Word::desk_address_no_utf8;
        case AddressFault::several:
            return Word::desk_address_several;
        case AddressFault::marks:
            return Word::desk_address_marks;
        case AddressFault::blanks:
            return Word::desk_address_blanks;
        case AddressFault::empty_side:
            return Word::desk_address_empty_side;
        case AddressFault::dot_at_edge:
            return Word::desk_address_dot;
        case AddressFault::control_characters:
            break;
    }
    return Word::desk_address_unreadable;
}

// The result of work that could not be logged.
struct Unlogged {};

void tell_unlogged(const NotLogged& error) {
    log::error("the desk cannot log what is done, and does not answer", {{"error", describe(error)}});
}

std::string error_of(const Visit& visit, const std::optional<lookup::RefusedWords>& refused,
                     WordsField field) {
    return refused && refused->field == field ? text_of(visit, *refused) : "";
}

}  // namespace

lookup::LookupWords words_in(const Visit& visit) {
    return {visit.person.account, visit.form.value("case"), visit.form.value("reason")};
}

std::string text_of(const Visit& visit, const lookup::RefusedWords& refused) {
    switch (refused.fault) {
        case WordsFault::has_address:
            return visit.say(Word::desk_words_have_address);
        case WordsFault::too_long:
            return visit.say(Word::desk_words_too_long, {std::to_string(bytes_max_of(refused.field))});
        case WordsFault::missing:
            return visit.say(Word::desk_case_missing);
        case WordsFault::control_characters:
        case WordsFault::no_utf8:
            break;
    }
    return visit.say(Word::desk_words_unreadable);
}

Html case_fields(const Services& services, const Visit& visit,
                 const std::optional<lookup::RefusedWords>& refused) {
    // What was refused may be an address: it is not shown again.
    const auto typed = [&](const char* name) {
        return refused && refused->fault == WordsFault::has_address ? "" : visit.form.value(name);
    };
    desk::Field reference{"case", visit.say(Word::case_reference), typed("case")};
    reference.hint = visit.say(Word::desk_words_hint);
    reference.error = error_of(visit, refused, WordsField::case_reference);
    reference.is_required = services.case_required;
    reference.more = not_completed;
    desk::Field reason{"reason", visit.say(Word::desk_reason), typed("reason")};
    reason.error = error_of(visit, refused, WordsField::reason);
    reason.more = not_completed;
    Html html;
    html << desk::input(reference) << desk::input(reason);
    return html;
}

Html address_field(const Visit& visit, const std::optional<AddressFault>& fault) {
    desk::Field field{"address", visit.say(Word::desk_address)};
    field.hint = visit.say(Word::desk_address_hint);
    if (fault) field.error = visit.say(word_of_fault(*fault));
    // Else it is in no page: who has mistyped it types it again.
    if (visit.is_carried_over) field.value = visit.form.value("address");
    field.is_required = true;
    field.more = address_attributes;
    return desk::input(field);
}

Html checkbox(const std::string& name, const std::string& label, const std::string& hint, bool is_set) {
    Html html;
    html << "<div class=\"field\"><input type=\"checkbox\" id=\"" << Text{name} << "\" name=\"" << Text{name}
         << "\" value=\"1\"" << (is_set ? desk::Markup(" checked") : desk::Markup(""));
    if (!hint.empty()) html << " aria-describedby=\"" << Text{name} << "-hint\"";
    html << "><label for=\"" << Text{name} << "\">" << Text{label} << "</label>";
    if (!hint.empty()) {
        html << "<p class=\"hint\" id=\"" << Text{name} << "-hint\">" << Text{hint} << "</p>";
    }
    html << "</div>\n";
    return html;
}

Html submit(std::string_view label) {
    Html html;
    html << "<p><button type=\"submit\">" << Text{label} << "</button></p>\n";
    return html;
}

Html language_choice(const Visit& visit, const std::string& id) {
    return desk::select({"language",
                         visit.say(Word::desk_language),
                         words::language_names.of(chosen_language(visit)),
                         {{"en", "English"}, {"hu", "magyar"}, {"de", "Deutsch"}},
                         id});
}

words::Language chosen_language(const Visit& visit) {
    return words::language_names.value_of(visit.form.value("language")).value_or(visit.language);
}

void or_not_at_all(const std::function<void()>& log) {
    try {
        log();
    } catch (const Error& error) {
        throw NotLogged(error.what(), error.advice());
    }
}

Answer not_logged(const Visit& visit, const NotLogged& error) {
    tell_unlogged(error);
    return not_logged(visit);
}

std::any or_unlogged(const WorkControl& control, const std::function<std::any()>& work) try {
    return work();
} catch (const NotLogged& error) {
    if (control.is_cancelled()) throw;
    tell_unlogged(error);
    return Unlogged{};
}

bool is_unlogged(const std::any& result) { return std::any_cast<Unlogged>(&result) != nullptr; }

Answer not_logged(const Visit& visit) {
    Answer answer = Answer::page(visit.say(Word::desk_failed),
                                 desk::notice(desk::Tone::bad, visit.say(Word::desk_not_logged),
                                              visit.say(Word::desk_not_logged_text)));
    answer.status = 503;
    return answer;
}

Action action_of(const Visit& visit, ActionKind kind, std::string detail) {
    return {0, now(), kind, visit.person.account, visit.remote, std::move(detail)};
}

Answer result_gone(const Visit& visit, Word name) {
    Answer answer =
        Answer::page(visit.say(name), desk::notice(desk::Tone::attention, visit.say(Word::desk_result_gone),
                                                   visit.say(Word::desk_result_gone_text)));
    answer.status = 404;
    return answer;
}

Answer not_allowed(const Visit& visit) {
    Answer answer = Answer::page(visit.say(Word::desk_not_allowed),
                                 desk::notice(desk::Tone::bad, visit.say(Word::desk_not_allowed),
                                              visit.say(Word::desk_not_allowed_text)));
    answer.status = 403;
    return answer;
}

Answer file_page(const Visit& visit, const MadeFile& made, Word name, const desk::Link& link) {
    if (visit.query.has("download")) {
        Answer answer;
        answer.download = made.file;
        return answer;
    }
    desk::Link download = link;
    Html body;
    body << made.notice(visit) << "<p>"
         << desk::linked(download.with("download", "1"), visit.say(Word::desk_download)) << "</p>\n";
    return Answer::page(visit.say(name), std::move(body));
}

}  // namespace gdprd::casework
