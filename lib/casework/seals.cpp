#include <any>
#include <utility>

#include "base/signing_key.h"
#include "casework/background_work.h"
#include "casework/pages.h"
#include "casework/people_forms.h"
#include "casework/seal_findings.h"
#include "casework/work_page.h"
#include "desk/cut_connection.h"
#include "pages/erasure_parts.h"
#include "seal/store.h"
#include "seal/verifier.h"
#include "verify/snapshot.h"
#include "words/numbers.h"

namespace gdprd::casework {

using desk::Answer;
using desk::Html;
using desk::Link;
using desk::Text;
using desk::Visit;
using words::Word;

namespace {

constexpr std::size_t seals_on_page = 50;
constexpr std::size_t root_digits_shown = 16;
constexpr Milliseconds verification_timeout{600'000};

struct Verification {
    seal::SealReport report;
    bool is_key_known = false;
};

// The copies that there are: a file comes with the first seal.
std::vector<std::filesystem::path> copies_there(const Services& services) {
    std::vector<std::filesystem::path> copies;
    std::error_code ignored;
    for (const auto& copy : services.seal_copies) {
        if (std::filesystem::exists(copy, ignored)) copies.push_back(copy);
    }
    return copies;
}

std::any verify_all(const Services& services, WorkControl& control) {
    const desk::CutConnection connection(services.connections, control.stop(), verification_timeout);
    seal::VerifierOptions options;
    options.ledger_database = services.ledger_database;
    options.copies = copies_there(services);
    if (!services.seal_key.empty()) options.public_keys = {SigningKey(services.seal_key).public_key()};
    const verify::Snapshot snapshot(connection.get());
    return Verification{seal::verify_seals(connection.get(), options), !options.public_keys.empty()};
}

class Seals {
  public:
    Seals(Services& services, BackgroundWork& work) : services_(services), work_(work) {}

    Answer get(const Visit& visit) {
        if (visit.rest.empty()) return list(visit);
        const auto state = work_of(visit, work_, WorkKind::seals);
        if (!state) return result_gone(visit, Word::desk_seals);
        if (state->phase == WorkState::Phase::running) {
            return progress_page(visit, Word::desk_seals, *state, Link("/seals/" + state->id));
        }
        Html body = ending_notice(visit, *state);
        if (const auto* done = std::any_cast<Verification>(&state->result)) {
            body << html_of(visit, done->report, done->is_key_known);
        }
        body << "<p>" << desk::linked(Link("/seals"), visit.say(Word::desk_seals)) << "</p>\n";
        return Answer::page(visit.say(Word::desk_seals), std::move(body));
    }

    Answer post(const Visit& visit) try {
        if (visit.form.value("action") == "cancel") return cancel(visit);
        if (work_.running(WorkKind::seals)) return list(visit);
        database::Connection& connection = services_.connections.mine();
        seal::Store store(connection, services_.ledger_database);
        if (!store.exists()) return list(visit);
        or_not_at_all(
            [&] { services_.log_action(connection, action_of(visit, ActionKind::seals_verified)); });
        Services& services = services_;
        const auto id = work_.start(WorkKind::seals, visit.person.owner, [&services](WorkControl& control) {
            return verify_all(services, control);
        });
        return id ? Answer::go_to(Link("/seals/" + *id)) : list(visit);
    } catch (const NotLogged& error) {
        return not_logged(visit, error);
    }

  private:
    Answer cancel(const Visit& visit) {
        const auto state = work_of(visit, work_, WorkKind::seals);
        if (!state) return result_gone(visit, Word::desk_seals);
        work_.cancel(WorkKind::seals, visit.person.owner, state->id);
        return Answer::go_to(Link("/seals/" + state->id));
    }

    Answer list(const Visit& visit) {
        seal::Store store(services_.connections.mine(), services_.ledger_database);
        const auto before = visit.query.number("before");
        std::vector<seal::Seal> seals;
        if (store.exists()) seals = store.newest(seals_on_page + 1, before);
        Html body;
        // Where others know of seals, that there are none is a finding.
        if (seals.empty() && !before) {
            const bool has_ledger = !pages::is_there_no_ledger(services_);
            const bool are_gone =
                !copies_there(services_).empty() || (has_ledger && store.noted_number() > 0);
            if (!has_ledger && !are_gone)
                return Answer::page(visit.say(Word::desk_seals), pages::no_ledger(visit));
            body << (are_gone
                         ? desk::notice(desk::Tone::bad, visit.say(Word::desk_seals_gone),
                                        visit.say(Word::desk_seals_gone_text))
                         : desk::notice(desk::Tone::attention, visit.say(Word::desk_no_seals),
                                        services_.seal_key.empty() ? visit.say(Word::desk_no_key_text) : ""));
            return Answer::page(visit.say(Word::desk_seals), std::move(body));
        }
        body << work_notice(visit, work_, WorkKind::seals, "/seals");
        std::optional<Link> next;
        if (pages::has_next_page(seals, seals_on_page)) {
            next = Link("/seals").with("before", std::to_string(seals.back().number));
        }
        body << verify_form(visit) << keys(visit, store) << table(visit, seals)
             << pages::pager(visit, before ? std::optional(Link("/seals")) : std::nullopt, next);
        return Answer::page(visit.say(Word::desk_seals), std::move(body));
    }

    static Html verify_form(const Visit& visit) {
        Html html;
        html << "<p>" << Text{visit.say(Word::desk_verify_text)} << "</p>\n"
             << desk::form_begin(visit, Link("/seals")) << submit(visit.say(Word::desk_verify_now))
             << "</form>\n";
        return html;
    }

    static Html keys(const Visit& visit, seal::Store& store) {
        desk::Facts facts;
        for (const auto& [id, key] : store.public_keys()) facts.add(visit.say(Word::desk_public_key), key);
        return facts.html();
    }

    static Html table(const Visit& visit, const std::vector<seal::Seal>& seals) {
        desk::Table table(visit.say(Word::desk_seals),
                          {visit.say(Word::seal_number), visit.say(Word::seal_at), visit.say(Word::desk_rows),
                           visit.say(Word::seal_root), visit.say(Word::desk_kind)});
        for (const seal::Seal& seal : seals) {
            table.row({desk::cell(std::to_string(seal.number)), desk::cell(visit.time(seal.at)),
                       desk::cell(words::count_text(seal.rows, visit.language)),
                       desk::cell(seal.root.substr(0, root_digits_shown) + "\u2026"),
                       desk::cell(visit.say(word_of(seal.kind)))});
        }
        return table.html();
    }

    Services& services_;
    BackgroundWork& work_;
};

}  // namespace

desk::Page seals(Services& services, BackgroundWork& work) {
    const auto seals = std::make_shared<Seals>(services, work);
    desk::Page page;
    page.path = "/seals";
    page.name = Word::desk_seals;
    page.get = [seals](const Visit& visit) { return seals->get(visit); };
    page.post = [seals](const Visit& visit) { return seals->post(visit); };
    return page;
}

}  // namespace gdprd::casework
