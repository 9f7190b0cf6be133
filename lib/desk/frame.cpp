#include "desk/frame.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/random.h"
#include "base/text.h"
#include "desk/asking.h"
#include "desk/cookies.h"
#include "desk/fields.h"
#include "desk/layout.h"
#include "http/routes.h"
#include "http/type_name.h"

namespace gdprd::desk {

using words::Language;
using words::Word;

namespace {

constexpr std::size_t number_bytes = 4;

std::string text_of(const std::optional<std::string_view>& field) { return std::string(field.value_or("")); }

bool is_form(std::string_view content_type) {
    return to_lower(trimmed(content_type.substr(0, content_type.find(';')))) ==
           "application/x-www-form-urlencoded";
}

Answer message(const Visit& visit, int status, Word what, const std::string& text) {
    Answer answer = Answer::page(visit.say(what), notice(Tone::bad, text, ""));
    answer.status = status;
    return answer;
}

Answer come_back(const Visit& visit, Word what, Word text) {
    constexpr unsigned seconds = 3;
    Answer answer = Answer::page(visit.say(what), notice(Tone::attention, visit.say(text), ""));
    answer.status = 503;
    answer.retry_after_seconds = seconds;
    return answer;
}

}  // namespace

Frame::Frame(FrameOptions options, sign_in::Gate& gate, Connections& connections, std::vector<Page> pages)
    : options_(std::move(options)),
      zone_(options_.time_zone),
      gate_(gate),
      connections_(connections),
      pages_(std::move(pages)) {}

std::vector<std::string> Frame::kept_fields() const {
    std::vector<std::string> fields{"accept-language", "content-type",   "cookie",
                                    "sec-fetch-site",  "x-desk-refresh", "x-forwarded-for"};
    if (!options_.trusted_header.empty()) fields.push_back(options_.trusted_header);
    return fields;
}

std::vector<http::Route> Frame::routes() {
    std::vector<http::Route> routes;
    for (const char* method : {"GET", "POST"}) {
        routes.push_back(route(method, "/", page_lane));
        routes.back().and_below = true;
    }
    routes.push_back(route("GET", "/sign-in", quick_lane));
    routes.push_back(route("POST", "/sign-in", sign_in_lane));
    routes.push_back(route("POST", "/sign-out", sign_in_lane));
    routes.push_back(route("GET", "/language", quick_lane));
    for (const Asset& asset : assets()) {
        http::Route& one = routes.emplace_back(route("GET", asset.path.c_str(), quick_lane));
        // Whoever asks: nobody is looked up.
        one.handle = [this, &asset](std::span<http::Exchange* const> exchanges) {
            for (http::Exchange* exchange : exchanges) answer_asset(exchange->response, asset);
        };
    }
    return routes;
}

http::Route Frame::route(const char* method, const char* path, std::size_t lane) {
    http::Route route;
    route.method = method;
    route.path = path;
    route.lane = lane;
    route.handle = [this](std::span<http::Exchange* const> exchanges) {
        for (http::Exchange* exchange : exchanges) handle(*exchange);
    };
    return route;
}

void Frame::read(const http::Request& request, Asking& asking) {
    const std::string_view target = request.target;
    const std::string_view path = http::path_of_target(target);
    asking.is_post = request.method == "POST";
    asking.path_and_query = target.starts_with('/') ? request.target : std::string(path);
    const std::string site = text_of(request.field("sec-fetch-site"));
    asking.is_foreign = site == "cross-site" || site == "same-site";
    Visit& visit = asking.visit;
    visit.path = percent_decoded(path).value_or("");
    const auto question = target.find('?');
    if (question != std::string_view::npos) visit.query = Form(target.substr(question + 1));
    if (asking.is_post && is_form(text_of(request.field("content-type")))) visit.form = Form(request.body);
    visit.remote = request.remote;
    const std::string forwarded = forwarded_for(request.fields);
    if (options_.is_behind_proxy && !forwarded.empty()) visit.remote = forwarded;
    asking.is_by_itself = !asking.is_post && request.field("x-desk-refresh").has_value();
    const std::string cookies = text_of(request.field("cookie"));
    visit.language =
        words::language_names.value_of(cookie_of(cookies, language_cookie))
            .value_or(
                preferred_language(text_of(request.field("accept-language"))).value_or(options_.language));
    visit.zone = &zone_;
    visit.zone_name = options_.time_zone;
    asking.visitor = cookie_of(cookies, visitor_cookie);
    asking.session = cookie_of(cookies, session_cookie);
    find_person(request, asking);
}

void Frame::find_person(const http::Request& request, Asking& asking) {
    const bool by_proxy = !options_.trusted_header.empty();
    std::optional<sign_in::Session> session;
    if (by_proxy) {
        if (const auto name = request.field(options_.trusted_header))
            session = gate_.trusted(std::string(*name));
    } else if (!asking.session.empty()) {
        session = gate_.find(asking.session, options_.clock(), !asking.is_by_itself);
    }
    if (!session) return;
    asking.let_in(*session, by_proxy);
    asking.has_right_token = asking.visit.form.raw("csrf") == session->csrf_token;
}

// "/register/4711" is the page "/register" with the rest "4711".
const Page* Frame::page_of(Asking& asking) const {
    const std::string& path = asking.visit.path;
    for (const Page& page : pages_) {
        if (path == page.path) return &page;
        const std::string above = page.path + '/';
        if (page.path != "/" && path.starts_with(above)) {
            asking.visit.rest = path.substr(above.size());
            return &page;
        }
    }
    return nullptr;
}

void Frame::answer_asset(http::Response& response, const Asset& asset) const {
    response.status = 200;
    response.content_type = asset.content_type;
    response.body = asset.bytes;
    response.fields = fields();
}

void Frame::handle(http::Exchange& exchange) {
    Asking asking;
    http::Response& response = exchange.response;
    try {
        read(exchange.request, asking);
        const std::string& path = asking.visit.path;
        if (path == "/language" && !asking.is_post) return change_language(response, asking);
        if (path == "/sign-in" || !asking.is_signed_in) return sign_in(response, asking);
        if (path == "/sign-out" && asking.is_post) return sign_out(response, asking);
        answer_page(response, asking);
    } catch (const std::exception& error) {
        write(response, asking, nullptr, failed("", error, asking.visit));
    }
}

void Frame::answer_page(http::Response& response, Asking& asking) {
    const Page* const page = page_of(asking);
    const Visit& visit = asking.visit;
    if (page == nullptr || (asking.is_post && !page->post)) {
        return write(response, asking, nullptr,
                     message(visit, 404, Word::desk_not_found, visit.say(Word::desk_not_found_text)));
    }
    if (!may(visit.person.role, page->least)) {
        return write(response, asking, page,
                     message(visit, 403, Word::desk_not_allowed, visit.say(Word::desk_not_allowed_text)));
    }
    if (asking.is_post && (asking.is_foreign || !asking.has_right_token)) return show_again(response, asking);
    if (visit.person.is_of_proxy) log_arrival(asking);
    const AtWork::Place place(at_work_, visit.person.owner);
    write(response, asking, page, place.is_taken() ? work(*page, asking) : busy(asking));
}

http::Fields Frame::fields() const {
    http::Fields fields = security_fields();
    if (options_.is_over_tls) fields.emplace_back("Strict-Transport-Security", "max-age=31536000");
    return fields;
}

// Nobody signs in unnoticed: what the log throws is the answer.
void Frame::log_arrival(const Asking& asking) {
    const Timestamp at = options_.clock();
    const std::string& owner = asking.visit.person.owner;
    bool has_arrived = true;
    {
        const std::lock_guard lock(mutex_);
        const auto seen = last_seen_.find(owner);
        has_arrived = seen == last_seen_.end() || at - seen->second >= options_.idle_timeout;
        if (!has_arrived && !asking.is_by_itself) seen->second = at;
    }
    if (!has_arrived) return;
    options_.log_sign_in(SignInEvent::signed_in, asking.visit.person.account, asking.visit.remote);
    const std::lock_guard lock(mutex_);
    last_seen_[owner] = at;
}

// It is loaded again by itself; a form is sent again by whoever sent it.
Answer Frame::busy(const Asking& asking) {
    const Visit& visit = asking.visit;
    Answer answer = come_back(visit, Word::desk_busy, Word::desk_busy_text);
    if (!asking.is_post) answer.refresh_seconds = answer.retry_after_seconds;
    return answer;
}

Answer Frame::work(const Page& page, Asking& asking) {
    const Visit& visit = asking.visit;
    try {
        if (!asking.is_post) return page.get(visit);
        const std::string form = visit.form.value("form");
        if (form.empty()) return page.post(visit);
        asking.visit.form_was_taken = once_.was_done(visit.person.owner, form);
        if (auto answer = once_.answer(visit.person.owner, form, [&] { return page.post(visit); }))
            return *std::move(answer);
        return come_back(visit, Word::desk_being_done, Word::desk_being_done_text);
    } catch (const std::exception& error) {
        return failed(page.path, error, visit);
    }
}

Answer Frame::failed(const std::string& page, const std::exception& error, const Visit& visit) {
    connections_.drop_mine();
    const std::string number = random_hex(number_bytes);
    log::error("a page of the desk failed", {{"page", page},
                                             {"number", number},
                                             {"type", http::type_name(error)},
                                             {"error", describe_ours(error)}});
    if (dynamic_cast<const database::DatabaseError*>(&error) != nullptr) {
        return message(visit, 503, Word::desk_no_database, visit.say(Word::desk_no_database_text));
    }
    return message(visit, 500, Word::desk_failed, visit.say(Word::desk_failed_text, {number}));
}

void Frame::write(http::Response& response, const Asking& asking, const Page* page,
                  const Answer& answer) const {
    response.fields = fields();
    if (answer.redirect) {
        response.status = 303;
        response.fields.emplace_back("Location", *answer.redirect);
        return;
    }
    response.status = answer.status;
    if (answer.retry_after_seconds) {
        response.fields.emplace_back("Retry-After", std::to_string(*answer.retry_after_seconds));
    }
    if (answer.download) {
        response.content_type = answer.download->content_type;
        response.body = answer.download->bytes;
        response.fields.emplace_back("Content-Disposition",
                                     "attachment; filename=\"" + answer.download->file_name + '"');
        return;
    }
    response.content_type = "text/html; charset=utf-8";
    const std::string back = asking.is_post ? asking.visit.path : asking.path_and_query;
    response.body = asking.is_signed_in ? document_of(answer, asking.visit, pages_, page, back)
                                        : plain_document_of(answer, asking.visit, back);
}

}  // namespace gdprd::desk
