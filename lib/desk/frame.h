// The desk as an HTTP handler: who is asking, may they, which page, and what becomes of a form.
//
// A change needs a POST with the session's token (OWASP, "Cross-Site Request Forgery Prevention") that did
// not come from another site. Whoever is not signed in gets the page to sign in, with what they had entered;
// after that they see their form again, and send it themselves.
//
// Threads: handle() is called by several at once.
#pragma once

#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "desk/assets.h"
#include "desk/at_work.h"
#include "desk/connections.h"
#include "desk/once.h"
#include "desk/page.h"
#include "http/server.h"
#include "sign_in/gate.h"

namespace gdprd::desk {

enum class SignInEvent { signed_in, refused, signed_out };

struct FrameOptions {
    // "" or the field in which an authenticating proxy names the account, in lower case. Nobody signs in here
    // then.
    std::string trusted_header{};
    // The proxy tells from where people come (X-Forwarded-For). Only where nobody else can connect.
    bool is_behind_proxy = false;
    bool is_over_tls = false;  // by a listener of its own: browsers are told to come by no other way
    // With a trusted field: after so long without a request, the next one is a sign-in.
    Milliseconds idle_timeout{900'000};
    words::Language language = words::Language::en;  // of browsers that ask for none of ours
    std::string time_zone = "UTC";
    std::function<Timestamp()> clock = now;
    // Into the log of actions; `account` is "" where there is no such account. What it throws keeps people
    // out: nobody signs in unnoticed.
    std::function<void(SignInEvent, const std::string& account, const std::string& remote)> log_sign_in;
};

class Frame {
  public:
    // Everything referred to outlives the frame. The first page is where people arrive.
    Frame(FrameOptions options, sign_in::Gate& gate, Connections& connections, std::vector<Page> pages);

    // The fields that the server keeps for it.
    std::vector<std::string> kept_fields() const;
    // On three lanes. Pages wait for the database; style sheet, script, language and the page to sign in wait
    // for nothing, and signing in and out waits behind no page.
    std::vector<http::Route> routes();
    static constexpr std::size_t page_lane = 0;
    static constexpr std::size_t quick_lane = 1;
    static constexpr std::size_t sign_in_lane = 2;

  private:
    struct Asking;  // one request

    void handle(http::Exchange& exchange);
    void answer_asset(http::Response& response, const Asset& asset) const;
    http::Route route(const char* method, const char* path, std::size_t lane);
    void read(const http::Request& request, Asking& asking);
    void find_person(const http::Request& request, Asking& asking);
    const Page* page_of(Asking& asking) const;
    http::Fields fields() const;
    void log_arrival(const Asking& asking);

    void change_language(http::Response& response, const Asking& asking) const;
    void sign_in(http::Response& response, Asking& asking);
    void show_sign_in(http::Response& response, const Asking& asking, const Html& above) const;
    void sign_out(http::Response& response, const Asking& asking);
    void show_again(http::Response& response, Asking& asking);

    void answer_page(http::Response& response, Asking& asking);
    Answer work(const Page& page, Asking& asking);
    static Answer busy(const Asking& asking);
    Answer failed(const std::string& page, const std::exception& error, const Visit& visit);
    void write(http::Response& response, const Asking& asking, const Page* page, const Answer& answer) const;

    const FrameOptions options_;
    const words::TimeZone zone_;
    sign_in::Gate& gate_;
    Connections& connections_;
    const std::vector<Page> pages_;
    Once once_;
    AtWork at_work_;
    std::mutex mutex_;
    std::map<std::string, Timestamp> last_seen_;  // of owners whom the proxy signed in; guarded by mutex_
};

}  // namespace gdprd::desk
