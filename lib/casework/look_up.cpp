#include "casework/look_up.h"

#include <utility>

#include "casework/pages.h"
#include "casework/work_page.h"
#include "certificate/reader.h"
#include "desk/cut_connection.h"
#include "ledger/ledger.h"
#include "lookup/log_writer.h"
#include "pages/erasure_parts.h"
#include "reconciliation/address_filing.h"
#include "verify/snapshot.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Text;
using desk::Visit;
using words::Word;

namespace {

// A table of many million mails is read from end to end.
constexpr Milliseconds history_timeout{3'600'000};

desk::Link link_of_look_up(const std::string& id = {}) {
    return desk::Link(id.empty() ? "/look-up" : "/look-up/" + id);
}

struct Question {
    std::string address;
    lookup::LookupWords words;
    bool history = false;
    Action action;
};

// Whose the address is now is part of a certificate, and the desk keeps no address by which to ask again.
constexpr std::chrono::minutes answer_age_max{10};

// In both logs before there is an answer.
LookUpResult answer_of(const Services& services, database::Connection& connection, const Question& question) {
    std::optional<lookup::LogWriter> log;
    or_not_at_all([&] { log.emplace(connection, services.ledger_database, services.lookup_hasher); });
    lookup::LookupOptions wanted;
    wanted.table_prefix = services.table_prefix;
    wanted.ledger_database = services.ledger_database;
    wanted.hash = services.hash;
    wanted.other_keys = services.former_keys;
    wanted.read_history = question.history;
    LookUpResult result;
    result.filed = reconciliation::AddressFiling::is_done(connection, services.ledger_database);
    result.answer = lookup::Lookup(connection, wanted).find(question.address);
    result.words = question.words;
    result.history = question.history;
    result.at = now();
    or_not_at_all([&] {
        log->add_address(lookup::logged(result.answer, desk_account, question.words, question.history),
                         question.address);
        services.log_action(connection, question.action);
    });
    return result;
}

// Is the contact's record still the one of the answer? What was done since is not in it.
bool is_record_the_same(database::Connection& connection, const Services& services,
                        const lookup::FoundContact& found) {
    const auto record = ledger::Ledger(connection, services.ledger_database).find(found.contact);
    if (record.has_value() != found.erasure.has_value()) return false;
    return !record || (record->status == found.erasure->status && record->passes == found.erasure->passes &&
                       record->last_pass_at == found.erasure->last_pass_at &&
                       record->opted_out_at == found.erasure->opted_out_at &&
                       record->forgotten_at == found.erasure->forgotten_at);
}

Word word_of_doubt(certificate::Doubt doubt) {
    switch (doubt) {
        case certificate::Doubt::several_contacts:
            return Word::desk_doubt_several;
        case certificate::Doubt::other_contact:
            return Word::desk_doubt_other;
        case certificate::Doubt::missing_key:
            break;
    }
    return Word::desk_doubt_key;
}

Answer no_certificate(const Visit& visit, const std::string& why) {
    Html body;
    body << desk::notice(desk::Tone::attention, visit.say(Word::desk_no_certificate), why) << "<p>"
         << desk::linked(desk::Link("/look-up/" + visit.rest), visit.say(Word::desk_show)) << "</p>\n";
    return Answer::page(visit.say(Word::desk_certificate), std::move(body));
}

}  // namespace

std::shared_ptr<const LookUpResult> LookUp::find(const Visit& visit, const std::optional<WorkState>& state) {
    if (const auto kept = results_.find(visit.person.owner, visit.rest)) return kept;
    if (!state) return nullptr;
    const auto* found = std::any_cast<std::shared_ptr<const LookUpResult>>(&state->result);
    return found != nullptr ? *found : nullptr;
}

Answer LookUp::get(const Visit& visit) {
    if (visit.rest.empty()) return form(visit, {});
    const auto state = work_of(visit, work_, WorkKind::history);
    if (state && state->phase == WorkState::Phase::running) {
        return progress_page(visit, Word::desk_lookup, *state, link_of_look_up(visit.rest));
    }
    if (state && is_unlogged(state->result)) return not_logged(visit);
    if (const auto result = find(visit, state)) return show(visit, *result);
    if (state) return Answer::page(visit.say(Word::desk_lookup), ending_notice(visit, *state));
    return result_gone(visit, Word::desk_lookup);
}

Answer LookUp::post(const Visit& visit) try {
    if (visit.rest.empty()) return ask(visit);
    const auto state = work_of(visit, work_, WorkKind::history);
    if (visit.form.value("action") == "cancel") {
        if (!state) return result_gone(visit, Word::desk_lookup);
        work_.cancel(WorkKind::history, visit.person.owner, state->id);
        return Answer::go_to(link_of_look_up(state->id));
    }
    const auto result = find(visit, state);
    return result ? issue(visit, *result) : result_gone(visit, Word::desk_lookup);
} catch (const NotLogged& error) {
    return not_logged(visit, error);
}

Answer LookUp::form(const Visit& visit, const Errors& errors) {
    if (pages::is_there_no_ledger(services_))
        return Answer::page(visit.say(Word::desk_lookup), pages::no_ledger(visit));
    const bool is_filed =
        reconciliation::AddressFiling::is_done(services_.connections.mine(), services_.ledger_database);
    std::string hint = visit.say(Word::desk_history_hint);
    if (!is_filed) hint += ' ' + visit.say(Word::desk_history_advised);
    Html body;
    body << work_notice(visit, work_, WorkKind::history, "/look-up");
    body << desk::form_begin(visit, link_of_look_up()) << address_field(visit, errors.address)
         << case_fields(services_, visit, errors.words)
         << checkbox("history", visit.say(Word::desk_history), hint,
                     visit.form.has("address") ? visit.form.has("history") : !is_filed)
         << submit(visit.say(Word::desk_look_up)) << "</form>\n";
    Answer answer = Answer::page(visit.say(Word::desk_lookup), std::move(body));
    if (errors.any()) answer.status = 422;
    return answer;
}

Answer LookUp::ask(const Visit& visit) {
    const std::string address = visit.form.value("address");
    const lookup::LookupWords words = words_in(visit);
    const Errors errors{lookup::check_address(address),
                        lookup::refused_words(words, services_.case_required)};
    if (errors.any() || pages::is_there_no_ledger(services_)) return form(visit, errors);
    if (visit.form.has("history")) return ask_history(visit, words, address);
    const Question question{address, words, false, action_of(visit, ActionKind::look_up)};
    LookUpResult result = answer_of(services_, services_.connections.mine(), question);
    return Answer::go_to(link_of_look_up(results_.keep(visit.person.owner, std::move(result))));
}

Answer LookUp::ask_history(const Visit& visit, const lookup::LookupWords& words, const std::string& address) {
    Services& services = services_;
    const Question question{address, words, true, action_of(visit, ActionKind::look_up)};
    const auto id =
        work_.start(WorkKind::history, visit.person.owner, [&services, question](WorkControl& control) {
            return or_unlogged(control, [&] {
                const desk::CutConnection connection(services.connections, control.stop(), history_timeout);
                return std::any(std::shared_ptr<const LookUpResult>(
                    std::make_shared<LookUpResult>(answer_of(services, connection.get(), question))));
            });
        });
    if (id) return Answer::go_to(link_of_look_up(*id));
    return form(visit, {});
}

Html LookUp::certificate_form(const Visit& visit, const LookUpResult& result,
                              const std::optional<ContactId>& contact) {
    const std::string of = contact ? '-' + std::to_string(*contact) : "";
    Html html;
    html << desk::form_begin(visit, link_of_look_up(visit.rest)) << "<fieldset><legend>"
         << Text{visit.say(contact ? Word::desk_certificate : Word::desk_statement)} << "</legend>\n";
    if (contact) {
        html << "<input type=\"hidden\" name=\"contact\" value=\"" << std::uint64_t{*contact} << "\">";
    }
    html << "<input type=\"hidden\" name=\"case\" value=\"" << Text{result.words.case_reference} << "\">"
         << desk::select(
                {"format",
                 visit.say(Word::desk_format),
                 "pdf",
                 {{"pdf", visit.say(Word::desk_format_pdf)}, {"json", visit.say(Word::desk_format_json)}},
                 "format" + of})
         << language_choice(visit, "language" + of) << submit(visit.say(Word::desk_issue))
         << "</fieldset></form>\n";
    return html;
}

Answer LookUp::show(const Visit& visit, const LookUpResult& result) {
    Html body = summary_of(visit, result);
    const bool has_key = !services_.seal_key.empty();
    for (const lookup::FoundContact& found : result.answer.contacts) {
        body << html_of(visit, result, found);
        if (has_key) body << certificate_form(visit, result, found.contact);
    }
    body << reach_of(visit, result);
    if (!has_key) body << no_key_notice(visit);
    if (has_key && result.answer.contacts.empty()) body << certificate_form(visit, result, std::nullopt);
    body << "<p>" << desk::linked(link_of_look_up(), visit.say(Word::desk_ask_again)) << "</p>\n";
    return Answer::page(visit.say(Word::desk_lookup), std::move(body));
}

Answer LookUp::issue(const Visit& visit, const LookUpResult& result) {
    if (services_.seal_key.empty())
        return Answer::page(visit.say(Word::desk_certificate), no_key_notice(visit));
    if (!result.filed && !result.history) return no_certificate(visit, visit.say(Word::desk_doubt_history));
    if (now() - result.at > answer_age_max) return no_certificate(visit, visit.say(Word::desk_doubt_old));
    if (const auto refused = lookup::refused_words(words_in(visit), services_.case_required)) {
        return no_certificate(visit, text_of(visit, *refused));
    }
    const auto chosen = certificate::choose(result.answer, visit.form.number("contact"));
    if (chosen.doubt) return no_certificate(visit, visit.say(word_of_doubt(*chosen.doubt)));
    database::Connection& connection = services_.connections.mine();
    if (chosen.found != nullptr && result.answer.has_ledger &&
        !is_record_the_same(connection, services_, *chosen.found)) {
        return no_certificate(visit, visit.say(Word::desk_doubt_changed));
    }
    const auto rules = services_.rules(connection);
    std::optional<verify::Snapshot> snapshot(std::in_place, connection);
    certificate::Facts facts =
        certificate::FactReader(connection, *rules).of_address(result.answer, chosen.found, result.history);
    snapshot.reset();
    if (const auto doubt = certificate::doubt_about(facts, result.answer)) {
        return no_certificate(visit, visit.say(word_of_doubt(*doubt)));
    }
    return certificates_.issue(visit, connection, std::move(facts));
}

std::vector<desk::Page> look_up_pages(Services& services, BackgroundWork& work) {
    const auto certificates = std::make_shared<Certificates>(services);
    const auto look_up = std::make_shared<LookUp>(services, work, *certificates);
    desk::Page first;
    first.path = "/look-up";
    first.name = Word::desk_lookup;
    first.least = sign_in::Role::officer;
    first.get = [look_up](const Visit& visit) { return look_up->get(visit); };
    first.post = [look_up, certificates](const Visit& visit) { return look_up->post(visit); };
    desk::Page second;
    second.path = "/certificate";
    second.name = Word::desk_certificate;
    second.least = sign_in::Role::officer;
    second.in_menu = false;
    second.get = [certificates](const Visit& visit) { return certificates->get(visit); };
    second.post = [certificates](const Visit& visit) { return certificates->post(visit); };
    return {first, second};
}

}  // namespace gdprd::casework
