// Pages, forms, and who may what.
#include <fstream>
#include <future>
#include <semaphore>
#include <thread>

#include "desk/desk_fixture.h"
#include "http/routes.h"
#include "sign_in/password.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("a form is done once, however often it is sent") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    const std::string csrf = desk.browser.hidden("csrf");
    const std::string form = desk.browser.hidden("form");
    for (int i = 0; i < 3; ++i) {
        const Seen seen = desk.browser.post("/look-up", {{"address", "a"}, {"csrf", csrf}, {"form", form}});
        CHECK(seen.location == "/look-up/1");
    }
    CHECK(desk.done.size() == 1);
    CHECK(desk.browser.get("/look-up/1").says("rest 1"));
    desk.browser.get("/look-up");
    CHECK(desk.browser.hidden("form") != form);
}

TEST_CASE("a form without the session's token does nothing and is shown again") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    const Seen wrong = desk.browser.post("/look-up", {{"address", "typed"}, {"csrf", "00"}});
    CHECK(wrong.status == 200);
    CHECK(wrong.says("The form was too old"));
    CHECK(wrong.says("value=\"typed\""));
    for (const char* site : {"cross-site", "same-site"}) {
        desk.browser.get("/look-up");
        desk.browser.more_fields = {{"sec-fetch-site", site}};
        CHECK(desk.browser.post("/look-up", {{"address", "typed"}}).status == 200);
        desk.browser.more_fields.clear();
    }
    CHECK(desk.done.empty());
}

TEST_CASE("only a form as browsers send it is one") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    http::Request request;
    request.method = "POST";
    request.target = "/look-up";
    request.fields = {{"content-type", "text/plain"}};
    request.body = "csrf=" + desk.browser.hidden("csrf") + "&address=a";
    CHECK(desk.browser.send(request).status == 200);
    CHECK(desk.done.empty());
}

TEST_CASE("a viewer sees no page of an officer, and no way to it") {
    DeskFixture desk;
    const Seen first = desk.browser.sign_in("bert", right_password);
    CHECK(first.status == 200);
    CHECK_FALSE(first.says("href=\"/look-up\""));
    CHECK(first.says("href=\"/report\""));
    CHECK(desk.browser.get("/look-up").status == 403);
    CHECK(desk.browser.get("/look-up/1").status == 403);
    desk.browser.get("/report");
    CHECK(desk.browser.post("/look-up", {{"address", "a"}}).status == 403);
    CHECK(desk.done.empty());
}

TEST_CASE("a download is sent as a file, and once") {
    DeskFixture desk;
    desk.browser.sign_in("bert", right_password);
    desk.browser.get("/");
    const std::string csrf = desk.browser.hidden("csrf");
    for (int i = 0; i < 2; ++i) {
        const Seen seen = desk.browser.post("/report", {{"csrf", csrf}, {"form", "f"}});
        CHECK(seen.status == 200);
        CHECK(seen.body == "a,b\n");
        CHECK(seen.field("Content-Disposition") == "attachment; filename=\"report.csv\"");
    }
    CHECK(desk.done.size() == 1);
}

TEST_CASE("every answer tells the browser to keep nothing and to run nothing foreign") {
    DeskFixture desk;
    std::vector<Seen> all{desk.browser.get("/desk.css"),
                          desk.browser.get("/desk.js"),
                          desk.browser.get("/sign-in"),
                          desk.browser.get("/nothing"),
                          desk.browser.sign_in("anna", right_password),
                          desk.browser.get("/report/x"),
                          desk.browser.get("/broken"),
                          desk.browser.get("/language?to=de&back=/")};
    for (const Seen& seen : all) {
        CHECK(seen.field("Content-Security-Policy").starts_with("default-src 'none'; "));
        CHECK(seen.field("Content-Security-Policy").find("unsafe") == std::string::npos);
        CHECK(seen.field("Cache-Control") == "no-store");
        CHECK(seen.field("X-Content-Type-Options") == "nosniff");
        CHECK(seen.body.find("style=") == std::string::npos);
        CHECK(seen.body.find(" onclick") == std::string::npos);
    }
    CHECK(all[5].says("&lt;script&gt;x"));
}

TEST_CASE("a page that fails says a number, and nothing of what failed") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    const Seen seen = desk.browser.get("/broken");
    CHECK(seen.status == 500);
    CHECK(seen.says("under the number "));
    CHECK_FALSE(seen.says("example.org"));
    CHECK(desk.browser.get("/no/such/page").status == 404);
    CHECK(desk.browser.get("/%00").status == 404);
    CHECK(desk.browser.get("/%zz").status == 404);
    CHECK(desk.browser.post("/", {}).status == 404);
}

TEST_CASE("of one person two pages are worked on at a time, and others wait for none of them") {
    DeskFixture desk;
    std::promise<void> end;
    std::counting_semaphore<> begun(0);
    const auto ended = end.get_future().share();
    desk.slow = [&] {
        begun.release();
        ended.wait();
    };
    desk.browser.sign_in("anna", right_password);
    Browser bert(desk.frame);
    bert.sign_in("bert", right_password);
    std::vector<std::jthread> tabs;
    for (int i = 0; i < 2; ++i) {
        tabs.emplace_back([&, browser = desk.browser]() mutable { browser.get("/slow"); });
    }
    for (int i = 0; i < 2; ++i) begun.acquire();
    const Seen third = desk.browser.get("/");
    CHECK(third.status == 503);
    CHECK(third.says("Too many pages at once"));
    CHECK(third.field("Retry-After") == "3");
    CHECK(third.says("data-refresh=\"3\""));
    CHECK(bert.get("/").status == 200);
    CHECK(desk.browser.get("/desk.css").status == 200);
    end.set_value();
    tabs.clear();
    CHECK(desk.browser.get("/").status == 200);
}

TEST_CASE("what waits for nothing has handler threads of its own") {
    DeskFixture desk;
    const auto routes = desk.frame.routes();
    const http::RouteTable table(routes, 1);
    const auto lane = [&](const char* method, const char* target) {
        return routes.at(table.find(0, method, target).route.value()).lane;
    };
    for (const char* target :
         {"/desk.css", "/desk.js", "/desk.svg", "/sign-in", "/sign-in?then=/", "/language?to=hu"})
        CHECK(lane("GET", target) == desk::Frame::quick_lane);
    CHECK(lane("POST", "/sign-in") == desk::Frame::sign_in_lane);
    CHECK(lane("POST", "/sign-out") == desk::Frame::sign_in_lane);
    for (const char* target : {"/", "/register", "/desk.css/", "/sign-in/x"})
        CHECK(lane("GET", target) == desk::Frame::page_lane);
}

TEST_CASE("a file of accounts that cannot be read leaves the pages their style") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    std::ofstream(desk.accounts.file.path()) << "broken\n";
    CHECK(desk.browser.get("/").status == 500);
    CHECK(desk.browser.get("/desk.css").status == 200);
}

TEST_CASE("an account that is locked is out at once, and the file that cannot be read lets nobody in") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    sign_in::Account anna = account_of("anna");
    anna.is_locked = true;
    desk.accounts.set({anna});
    CHECK(desk.browser.get("/").status == 403);
    desk.accounts.set({account_of("anna")});
    desk.browser.sign_in("anna", right_password);
    CHECK(desk.browser.get("/").status == 200);
}

TEST_CASE("the language is the browser's until somebody chooses another") {
    DeskFixture desk;
    desk.browser.more_fields = {{"accept-language", "fr-FR,fr;q=0.9,de-AT;q=0.8,en;q=0.7"}};
    CHECK(desk.browser.get("/sign-in").says("<html lang=\"de\">"));
    desk.browser.more_fields = {{"accept-language", "fr"}};
    CHECK(desk.browser.get("/sign-in").says("<html lang=\"en\">"));
    desk.browser.get("/language?to=hu&back=/");
    const Seen seen = desk.browser.get("/sign-in");
    CHECK(seen.says("<html lang=\"hu\">"));
    CHECK(seen.says("Jelszó"));
    desk.browser.get("/language?to=xx&back=/");
    CHECK(desk.browser.get("/sign-in").says("<html lang=\"hu\">"));
}

TEST_CASE("where somebody comes from is told by a proxy only where one is in front") {
    DeskFixture open;
    open.browser.more_fields = {{"x-forwarded-for", "203.0.113.9"}};
    open.browser.sign_in("anna", "wrong password");
    CHECK(open.sign_ins.at(0).remote == "192.0.2.7");
    desk::FrameOptions options;
    options.is_behind_proxy = true;
    DeskFixture behind(options);
    behind.browser.more_fields = {{"x-forwarded-for", "10.0.0.1, 203.0.113.9"}};
    behind.browser.sign_in("anna", "wrong password");
    CHECK(behind.sign_ins.at(0).remote == "203.0.113.9");
}

TEST_CASE("of an address that a proxy tells the last one counts, without port and brackets") {
    desk::FrameOptions options;
    options.is_behind_proxy = true;
    const std::pair<http::Fields, const char*> all[] = {
        {{{"x-forwarded-for", "203.0.113.9:4001"}}, "203.0.113.9"},
        {{{"x-forwarded-for", "10.0.0.1"}, {"x-forwarded-for", "10.0.0.2, 203.0.113.9"}}, "203.0.113.9"},
        {{{"x-forwarded-for", "[2001:db8::1]"}}, "2001:db8::1"},
        {{{"x-forwarded-for", "[2001:db8::1]:4001"}}, "2001:db8::1"},
        {{{"x-forwarded-for", "2001:db8::1"}}, "2001:db8::1"}};
    for (const auto& [fields, remote] : all) {
        DeskFixture desk(options);
        desk.browser.more_fields = fields;
        desk.browser.sign_in("anna", "wrong password");
        CHECK(desk.sign_ins.at(0).remote == remote);
    }
}

TEST_CASE("a desk with a certificate of its own tells browsers to come by no other way") {
    for (const bool is_over_tls : {false, true}) {
        desk::FrameOptions options;
        options.is_over_tls = is_over_tls;
        DeskFixture desk(options);
        for (const char* path : {"/desk.css", "/sign-in"}) {
            CHECK(desk.browser.get(path).field("Strict-Transport-Security") ==
                  (is_over_tls ? "max-age=31536000" : ""));
        }
    }
}

TEST_CASE("a new person with an old name does not get the answer of the old one's form") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    const std::string form = desk.browser.hidden("form");
    CHECK(desk.browser.post("/look-up", {{"address", "a"}, {"form", form}}).location == "/look-up/1");
    sign_in::Account other = account_of("anna");
    other.password_hash = sign_in::hash_of_password("another horse battery");
    desk.accounts.set({other});
    desk.browser.sign_in("anna", "another horse battery");
    desk.browser.get("/look-up");
    CHECK(desk.browser.post("/look-up", {{"address", "b"}, {"form", form}}).location == "/look-up/2");
}
