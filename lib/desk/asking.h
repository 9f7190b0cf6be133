// One request on its way through the frame. Used by frame*.cpp only.
#pragma once

#include <optional>
#include <string>

#include "desk/frame.h"
#include "http/server.h"

namespace gdprd::desk {

struct Frame::Asking {
    bool is_post = false;
    bool is_foreign = false;  // a form of another site
    std::string path_and_query;
    std::string visitor;  // a cookie of somebody who is not signed in yet
    std::string session;  // the token of one who is
    Visit visit;
    bool is_signed_in = false;
    bool has_right_token = false;  // of the POST
    bool is_by_itself = false;     // the page asks what is new: nobody does anything

    void let_in(const sign_in::Session& of_person, bool by_proxy) {
        visit.person = {of_person.account, of_person.role, of_person.csrf_token, by_proxy, of_person.owner};
        is_signed_in = true;
    }
};

// "__Host-": over TLS only, and set by this very host (RFC 6265bis, section 4.1.3.2).
inline constexpr const char* session_cookie = "__Host-desk-session";
inline constexpr const char* visitor_cookie = "__Host-desk-visitor";
inline constexpr const char* language_cookie = "__Host-desk-language";

}  // namespace gdprd::desk
