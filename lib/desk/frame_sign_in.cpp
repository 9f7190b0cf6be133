// How people come in and go, and what becomes of what they had entered.
#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "desk/asking.h"
#include "desk/cookies.h"
#include "desk/layout.h"
#include "words/numbers.h"

namespace gdprd::desk {

using words::Word;

namespace {

constexpr std::size_t visitor_bytes = 16;
constexpr std::chrono::seconds year{365 * 86'400};
// Before the names of fields that are carried over a sign-in.
constexpr std::string_view carried = "kept_";

// A path of ours, or the first page: never another site's.
std::string path_within(const std::string& path) {
    const bool is_ours = path.starts_with('/') && !path.starts_with("//") && !path.starts_with("/\\") &&
                         std::none_of(path.begin(), path.end(), [](char c) {
                             return static_cast<unsigned char>(c) < 0x21 || c == 0x7f;
                         });
    return is_ours ? path : "/";
}

bool is_internal(const std::string& name) { return name == "csrf" || name == "form"; }

void add_hidden(Html& html, std::string_view name, std::string_view value) {
    html << "<input type=\"hidden\" name=\"" << Typed{name} << "\" value=\"" << Typed{value} << "\">\n";
}

std::string refusal_text(const Visit& visit, const sign_in::Entry& entry) {
    switch (entry.refusal) {
        case sign_in::Refusal::wait:
            return visit.say(
                Word::desk_sign_in_wait,
                {words::duration_text(std::max(entry.wait, Milliseconds{1'000}), visit.language)});
        case sign_in::Refusal::no_code_set:
            return visit.say(Word::desk_sign_in_no_code);
        case sign_in::Refusal::wrong:
            break;
    }
    return visit.say(Word::desk_sign_in_wrong);
}

}  // namespace

void Frame::change_language(http::Response& response, const Asking& asking) const {
    const auto language = words::language_names.value_of(asking.visit.query.value("to"));
    write(response, asking, nullptr, Answer::go_to(Link(path_within(asking.visit.query.raw("back")))));
    if (!language) return;
    response.fields.emplace_back("Set-Cookie",
                                 set_cookie(language_cookie, words::language_names.of(*language), year));
}

// Also where somebody who is not signed in asks for another page, or sends a form.
void Frame::sign_in(http::Response& response, Asking& asking) {
    Visit& visit = asking.visit;
    if (!options_.trusted_header.empty()) {
        Answer answer = Answer::page(visit.say(Word::desk_sign_in),
                                     notice(Tone::bad, visit.say(Word::desk_by_proxy_only), ""));
        answer.status = 403;
        if (asking.is_signed_in) answer = Answer::go_to(Link("/"));
        return write(response, asking, nullptr, answer);
    }
    const bool is_attempt = asking.is_post && visit.path == "/sign-in";
    if (!is_attempt) {
        if (asking.is_signed_in) return write(response, asking, nullptr, Answer::go_to(Link("/")));
        const bool had_session = asking.is_post || !asking.session.empty();
        return show_sign_in(
            response, asking,
            had_session ? notice(Tone::attention, visit.say(Word::desk_session_ended), "") : Html());
    }
    const bool has_token =
        !asking.visitor.empty() && visit.form.raw("csrf") == gate_.csrf_token_of_visitor(asking.visitor);
    if (asking.is_foreign || !has_token) {
        return show_sign_in(response, asking,
                            notice(Tone::attention, visit.say(Word::desk_form_expired), ""));
    }
    sign_in::Credentials credentials{visit.form.value("account"), visit.form.raw("password"),
                                     visit.form.value("code"), visit.remote};
    const sign_in::Entry entry = gate_.sign_in(credentials, options_.clock());
    wipe(credentials.password);
    const std::string account = entry.is_known_account ? credentials.account : "";
    if (!entry.token) {
        if (entry.refusal != sign_in::Refusal::wait) {
            options_.log_sign_in(SignInEvent::refused, account, visit.remote);
        }
        return show_sign_in(response, asking, notice(Tone::bad, refusal_text(visit, entry), ""));
    }
    try {
        options_.log_sign_in(SignInEvent::signed_in, account, visit.remote);
    } catch (...) {
        gate_.sign_out(*entry.token);
        throw;
    }
    if (const auto session = gate_.find(*entry.token, options_.clock())) asking.let_in(*session, false);
    if (asking.session != *entry.token) gate_.sign_out(asking.session);
    if (visit.form.has("then_form")) {
        show_again(response, asking);
    } else {
        write(response, asking, nullptr, Answer::go_to(Link(path_within(visit.form.raw("then")))));
    }
    response.fields.emplace_back("Set-Cookie", set_cookie(session_cookie, *entry.token));
}

// `above` the form: why.
void Frame::show_sign_in(http::Response& response, const Asking& asking, const Html& above) const {
    const Visit& visit = asking.visit;
    const bool is_attempt = visit.path == "/sign-in";
    const std::string visitor = asking.visitor.empty() ? random_hex(visitor_bytes) : asking.visitor;
    Html body = above;
    body << "<form method=\"post\" action=\"/sign-in\" class=\"narrow\">\n";
    add_hidden(body, "csrf", gate_.csrf_token_of_visitor(visitor));
    if (is_attempt) {
        const std::string then = asking.is_post ? visit.form.raw("then") : visit.query.raw("then");
        add_hidden(body, "then", path_within(then));
        if (visit.form.has("then_form")) add_hidden(body, "then_form", "1");
        for (const auto& [name, value] : visit.form.fields()) {
            if (name.starts_with(carried)) add_hidden(body, name, value);
        }
    } else {
        add_hidden(body, "then", asking.is_post ? visit.path : asking.path_and_query);
        if (asking.is_post) add_hidden(body, "then_form", "1");
        for (const auto& [name, value] : visit.form.fields()) {
            if (!is_internal(name)) add_hidden(body, std::string(carried) + name, value);
        }
    }
    body << input({.name = "account",
                   .label = visit.say(Word::desk_account),
                   .value = is_attempt ? visit.form.value("account") : "",
                   .is_required = true,
                   .more = " autocomplete=\"username\" autocapitalize=\"none\" spellcheck=\"false\""});
    body << input({.name = "password",
                   .label = visit.say(Word::desk_password),
                   .type = "password",
                   .is_required = true,
                   .more = " autocomplete=\"current-password\""});
    body << input({.name = "code",
                   .label = visit.say(Word::desk_code),
                   .hint = visit.say(Word::desk_code_hint),
                   .more = " autocomplete=\"one-time-code\" inputmode=\"numeric\""});
    body << "<button>" << Text{visit.say(Word::desk_sign_in)} << "</button></form>\n";
    Answer answer = Answer::page(visit.say(Word::desk_sign_in), std::move(body));
    answer.status = is_attempt && !asking.is_post ? 200 : 403;
    write(response, asking, nullptr, answer);
    if (asking.visitor.empty()) {
        response.fields.emplace_back("Set-Cookie", set_cookie(visitor_cookie, visitor));
    }
}

void Frame::sign_out(http::Response& response, const Asking& asking) {
    if (!asking.has_right_token || asking.is_foreign) {
        return write(response, asking, nullptr, Answer::go_to(Link("/")));
    }
    gate_.sign_out(asking.session);
    write(response, asking, nullptr, Answer::go_to(Link("/sign-in")));
    response.fields.emplace_back("Set-Cookie", set_cookie(session_cookie, "", std::chrono::seconds{0}));
    // It is over, whether or not that can be written down.
    try {
        options_.log_sign_in(SignInEvent::signed_out, asking.visit.person.account, asking.visit.remote);
    } catch (const std::exception& error) {
        connections_.drop_mine();
        log::error("a sign-out could not be written down", {{"error", describe_ours(error)}});
    }
}

// A form that was sent without the right token, because the session was another one then: shown again with
// what was entered, and nothing is done.
void Frame::show_again(http::Response& response, Asking& asking) {
    Visit& visit = asking.visit;
    if (visit.form.has("then_form")) {
        std::vector<std::pair<std::string, std::string>> fields;
        for (const auto& [name, value] : visit.form.fields()) {
            if (name.starts_with(carried)) fields.emplace_back(name.substr(carried.size()), value);
        }
        visit.path = path_within(visit.form.raw("then"));
        visit.form = Form(std::move(fields));
    }
    const std::string account = visit.form.raw(field_of_account);
    if (!account.empty() && account != visit.person.account) visit.form = Form();
    visit.form_was_taken = true;
    visit.is_carried_over = true;
    const Page* const page = page_of(asking);
    asking.is_post = false;
    asking.path_and_query = visit.path;
    if (page == nullptr || !may(visit.person.role, page->least)) {
        return write(response, asking, nullptr, Answer::go_to(Link("/")));
    }
    Answer answer = work(*page, asking);
    Html body =
        notice(Tone::attention, visit.say(Word::desk_form_expired), visit.say(Word::desk_form_expired_text));
    body << answer.body;
    answer.body = std::move(body);
    write(response, asking, page, answer);
}

}  // namespace gdprd::desk
