// One request as a page sees it, and what the page answers.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "desk/form.h"
#include "desk/html.h"
#include "sign_in/accounts.h"
#include "words/language.h"
#include "words/time_zone.h"

namespace gdprd::desk {

// Who is signed in.
struct Person {
    std::string account;
    sign_in::Role role = sign_in::Role::viewer;
    std::string csrf_token;    // goes into every form; the frame does that (form_begin)
    bool is_of_proxy = false;  // signed in by the proxy, and signs out there
    // Whose results and forms are kept: not those of who had an account of that name before.
    std::string owner{};
};

// May somebody with `role` do what is for `least`?
constexpr bool may(sign_in::Role role, sign_in::Role least) { return role >= least; }

struct Visit {
    std::string path;  // decoded, without the query
    // What stands in the path after the part that names the page: "4711" of "/register/4711".
    std::string rest;
    Form query;
    Form form;                    // of a POST, whose token has been checked
    bool form_was_taken = false;  // it was sent before, and is done: a form that is shown again is a new one
    // A GET with the form of somebody whose session had ended: they see what they had typed, an address too.
    bool is_carried_over = false;
    std::string remote;
    words::Language language = words::Language::en;
    const words::TimeZone* zone = nullptr;
    std::string zone_name;  // "Europe/Budapest"
    Person person;

    std::string say(words::Word word, std::initializer_list<std::string> parts = {}) const {
        return words::say(word, language, parts);
    }
    std::string time(Timestamp time) const { return words::time_text(time, *zone, language); }
};

// A whole page within the frame, a download, or another place to go to.
struct Answer {
    int status = 200;
    std::string title;  // of the page and its heading
    Html body;
    // Another page instead (303): after every change, so that a reload or the back button does it not again.
    std::optional<std::string> redirect;
    struct Download {
        std::string file_name;  // ASCII
        std::string content_type;
        std::string bytes;
    };
    std::optional<Download> download;
    std::optional<unsigned> retry_after_seconds{};  // of a 503
    std::optional<unsigned> refresh_seconds;  // of a page that shows progress, for browsers without scripts

    static Answer page(std::string title, Html body) {
        Answer answer;
        answer.title = std::move(title);
        answer.body = std::move(body);
        return answer;
    }
    static Answer go_to(const Link& link) {
        Answer answer;
        answer.redirect = link.str();
        return answer;
    }
};

}  // namespace gdprd::desk
