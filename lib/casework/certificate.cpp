#include <utility>

#include "casework/look_up.h"
#include "certificate/document.h"
#include "certificate/reader.h"
#include "lookup/log_writer.h"
#include "pages/erasure_parts.h"
#include "verify/snapshot.h"

namespace gdprd::casework {

using certificate::DocumentFormat;
using desk::Answer;
using desk::Html;
using desk::Visit;
using words::Word;

namespace {

DocumentFormat chosen_format(const Visit& visit) {
    return certificate::document_format_names.value_of(visit.form.value("format"))
        .value_or(DocumentFormat::pdf);
}

std::string typed_contact(const Visit& visit) {
    const std::string typed = visit.form.value("contact");
    // Of a link only what is a number.
    if (!typed.empty()) return typed;
    const auto number = visit.query.number("contact");
    return number ? std::to_string(*number) : "";
}

}  // namespace

Html certificate_fields(const Services& services, const Visit& visit,
                        const std::optional<lookup::RefusedWords>& refused) {
    Html html;
    html << case_fields(services, visit, refused)
         << desk::select(
                {"format",
                 visit.say(Word::desk_format),
                 certificate::document_format_names.of(chosen_format(visit)),
                 {{"pdf", visit.say(Word::desk_format_pdf)}, {"json", visit.say(Word::desk_format_json)}}})
         << language_choice(visit);
    return html;
}

Html no_key_notice(const Visit& visit) {
    return desk::notice(desk::Tone::attention, visit.say(Word::desk_no_key),
                        visit.say(Word::desk_no_key_text));
}

Answer Certificates::issue(const Visit& visit, database::Connection& connection, certificate::Facts facts) {
    const SigningKey key(services_.seal_key);
    const lookup::LookupWords words = words_in(visit);
    const DocumentFormat format = chosen_format(visit);
    const words::Language language = chosen_language(visit);
    facts.issue =
        certificate::new_issue({words.officer, words.case_reference, services_.program_version}, key);
    MadeFile made;
    made.file.bytes = certificate::document_text(facts, format, language, key);
    made.file.file_name =
        "certificate-" + facts.issue.number + '.' + certificate::document_format_names.of(format);
    made.file.content_type = format == DocumentFormat::pdf ? "application/pdf" : "application/json";
    const words::Word conclusion = certificate::word_of(certificate::conclude(facts));
    made.notice = [number = facts.issue.number, conclusion](const Visit& reader) {
        return desk::notice(desk::Tone::good, reader.say(Word::desk_issued, {number}),
                            reader.say(conclusion));
    };
    const std::string of = facts.contact ? "contact " + std::to_string(*facts.contact) : "no contact";
    or_not_at_all([&] {
        services_.log_action(connection, action_of(visit, ActionKind::certificate,
                                                   of + ", certificate " + facts.issue.number));
    });
    return Answer::go_to(desk::Link("/certificate/" + files_.keep(visit.person.owner, std::move(made))));
}

Answer Certificates::get(const Visit& visit) {
    if (visit.rest.empty()) return form(visit, std::nullopt, false);
    const auto made = files_.find(visit.person.owner, visit.rest);
    if (made == nullptr) return result_gone(visit, Word::desk_certificate);
    return file_page(visit, *made, Word::desk_certificate, desk::Link("/certificate/" + visit.rest));
}

Answer Certificates::form(const Visit& visit, const std::optional<lookup::RefusedWords>& refused,
                          bool is_contact_wrong) {
    if (services_.seal_key.empty()) {
        return Answer::page(visit.say(Word::desk_certificate), no_key_notice(visit));
    }
    if (pages::is_there_no_ledger(services_))
        return Answer::page(visit.say(Word::desk_certificate), pages::no_ledger(visit));
    desk::Field contact{"contact", visit.say(Word::contact), is_contact_wrong ? "" : typed_contact(visit)};
    contact.hint = visit.say(Word::number_alone);
    if (is_contact_wrong) contact.error = visit.say(Word::desk_contact_wrong);
    contact.is_required = true;
    contact.more = " inputmode=\"numeric\" autocomplete=\"off\"";
    Html body;
    body << "<p>" << desk::Text{visit.say(Word::desk_certificate_text)} << "</p>\n"
         << desk::form_begin(visit, desk::Link("/certificate")) << desk::input(contact)
         << certificate_fields(services_, visit, refused) << submit(visit.say(Word::desk_issue))
         << "</form>\n";
    Answer answer = Answer::page(visit.say(Word::desk_certificate), std::move(body));
    if (refused || is_contact_wrong) answer.status = 422;
    return answer;
}

// By number: in the log of look-ups before it is there, as every look-up.
Answer Certificates::post(const Visit& visit) try {
    if (services_.seal_key.empty()) return form(visit, std::nullopt, false);
    auto contact = visit.form.number("contact");
    if (contact == 0U) contact.reset();  // the ledger's for whom Mautic has deleted
    const lookup::LookupWords words = words_in(visit);
    const auto refused = lookup::refused_words(words, services_.case_required);
    if (!contact || refused || pages::is_there_no_ledger(services_)) return form(visit, refused, !contact);
    database::Connection& connection = services_.connections.mine();
    std::optional<lookup::LogWriter> log;
    or_not_at_all([&] { log.emplace(connection, services_.ledger_database, services_.lookup_hasher); });
    const auto rules = services_.rules(connection);
    std::optional<verify::Snapshot> snapshot(std::in_place, connection);
    certificate::Facts facts = certificate::FactReader(connection, *rules).of_contact(*contact);
    snapshot.reset();
    const bool is_known = certificate::conclude(facts) != certificate::Conclusion::nothing_known;
    or_not_at_all(
        [&] { log->add_contact(lookup::logged(*contact, is_known, desk_account, words), *contact); });
    return issue(visit, connection, std::move(facts));
} catch (const NotLogged& error) {
    return not_logged(visit, error);
}

}  // namespace gdprd::casework
