// How people come in, and go.
#include "desk/desk_fixture.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

TEST_CASE("somebody signs in, and is led to where they wanted to go") {
    DeskFixture desk;
    const Seen first = desk.browser.get("/look-up?a=1");
    CHECK(first.status == 403);
    CHECK(first.says("name=\"password\""));
    CHECK_FALSE(first.says("/sign-out"));
    const Seen entered = desk.browser.post(
        "/sign-in",
        {{"account", "anna"}, {"password", right_password}, {"then", desk.browser.hidden("then")}});
    CHECK(entered.status == 303);
    CHECK(entered.location == "/look-up?a=1");
    const std::string cookie = entered.field("Set-Cookie");
    CHECK(cookie.starts_with("__Host-desk-session="));
    for (const char* part : {"; Path=/", "; Secure", "; HttpOnly", "; SameSite=Strict"}) {
        CHECK(cookie.find(part) != std::string::npos);
    }
    CHECK(cookie.find("Max-Age") == std::string::npos);
    CHECK(desk.browser.get("/look-up").status == 200);
    REQUIRE(desk.sign_ins.size() == 1);
    CHECK(desk.sign_ins[0].event == desk::SignInEvent::signed_in);
    CHECK(desk.sign_ins[0].account == "anna");
    CHECK(desk.sign_ins[0].remote == "192.0.2.7");
}

TEST_CASE("a wrong password lets nobody in, and says no more than that") {
    DeskFixture desk;
    const Seen wrong = desk.browser.sign_in("anna", "not the password");
    const Seen unknown = desk.browser.sign_in("nobody-of-that-name", "not the password");
    for (const Seen& seen : {wrong, unknown}) {
        CHECK(seen.status == 403);
        CHECK(seen.says("Account, password or code is not right."));
        CHECK_FALSE(seen.says("not the password"));
    }
    CHECK(desk.browser.get("/").status == 403);
    REQUIRE(desk.sign_ins.size() == 2);
    CHECK(desk.sign_ins[0].event == desk::SignInEvent::refused);
    CHECK(desk.sign_ins[0].account == "anna");
    // What was typed may be a password in the wrong field.
    CHECK(desk.sign_ins[1].account.empty());
}

TEST_CASE("too many attempts have to wait, whoever they are for, and each language says how long") {
    DeskFixture desk;
    desk.browser.cookies["__Host-desk-language"] = "hu";
    Seen last;
    for (int i = 0; i < 12; ++i) last = desk.browser.sign_in("anna", "not the password");
    CHECK(last.says("Túl sok próbálkozás."));
    CHECK(desk.browser.sign_in("anna", right_password).says("Túl sok próbálkozás."));
}

TEST_CASE("nobody signs in unnoticed") {
    DeskFixture desk;
    desk.log_fails = true;
    const Seen seen = desk.browser.sign_in("anna", right_password);
    CHECK(seen.status == 500);
    CHECK(seen.field("Set-Cookie").empty());
    desk.log_fails = false;
    CHECK(desk.browser.get("/").status == 403);
}

TEST_CASE("the page to sign in takes only forms of its own") {
    DeskFixture desk;
    desk.browser.get("/sign-in");
    CHECK(desk.browser.post("/sign-in", {{"account", "anna"}, {"password", right_password}, {"csrf", ""}})
              .status == 403);
    CHECK(desk.browser.get("/").status == 403);
    desk.browser.get("/sign-in");
    desk.browser.more_fields = {{"sec-fetch-site", "cross-site"}};
    CHECK(desk.browser.post("/sign-in", {{"account", "anna"}, {"password", right_password}}).status == 403);
    CHECK(desk.sign_ins.empty());
}

TEST_CASE("nobody is led to another site") {
    for (const char* then : {"//evil.example/", "https://evil.example/", "/\\evil.example",
                             "javascript:alert(1)", "/\r\nSet-Cookie: a=1", "", "/ x"}) {
        CAPTURE(then);
        DeskFixture desk;
        desk.browser.get("/sign-in");
        const Seen seen = desk.browser.post(
            "/sign-in", {{"account", "anna"}, {"password", right_password}, {"then", then}});
        CHECK(seen.location == "/");
    }
    DeskFixture desk;
    CHECK(desk.browser.get("/language?to=hu&back=//evil.example").location == "/");
    CHECK(desk.browser.get("/language?to=hu&back=/%0d%0aSet-Cookie:a").location == "/");
    CHECK(desk.browser.get("/language?to=hu&back=/look-up%3Fa%3D1").location == "/look-up?a=1");
}

TEST_CASE("whoever signs out is out, on every tab") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    Browser other_tab(desk.frame);
    other_tab.cookies = desk.browser.cookies;
    CHECK(other_tab.get("/").status == 200);
    const Seen without_token = desk.browser.post("/sign-out", {{"csrf", "wrong"}});
    CHECK(without_token.status == 303);
    CHECK(other_tab.get("/").status == 200);
    desk.browser.get("/");
    CHECK(desk.browser.post("/sign-out", {}).location == "/sign-in");
    CHECK(other_tab.get("/").status == 403);
    CHECK(desk.sign_ins.back().event == desk::SignInEvent::signed_out);
}

TEST_CASE("whoever signs out is out though it cannot be written down") {
    DeskFixture desk;
    desk.browser.sign_in("anna", right_password);
    desk.log_fails = true;
    const Seen seen = desk.browser.post("/sign-out", {});
    CHECK(seen.status == 303);
    CHECK(seen.location == "/sign-in");
    CHECK(desk.browser.get("/").status == 403);
}

TEST_CASE("a page that asks by itself what is new keeps no session open") {
    DeskFixture desk({}, {.idle_timeout = Milliseconds{60'000}, .session_timeout = Milliseconds{180'000}});
    desk.browser.sign_in("anna", right_password);
    desk.browser.more_fields = {{"x-desk-refresh", "1"}};
    desk.clock += Milliseconds{59'000};
    CHECK(desk.browser.get("/").status == 200);
    desk.clock += Milliseconds{2'000};
    CHECK(desk.browser.get("/").status == 403);
    CHECK(desk.browser.get("/desk.js").says("X-Desk-Refresh"));
}

TEST_CASE("what somebody entered is shown again to nobody else") {
    DeskFixture desk({}, {.idle_timeout = Milliseconds{60'000}});
    desk.accounts.set({account_of("anna"), account_of("otto")});
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    const std::string of_form = desk.browser.hidden("form_account");
    CHECK(of_form == "anna");
    desk.clock += Milliseconds{61'000};
    desk.browser.post("/look-up", {{"address", "typed@example.org"}, {"form_account", of_form}});
    std::map<std::string, std::string> fields{{"account", "otto"}, {"password", right_password}};
    for (const char* name : {"then", "then_form", "kept_address", "kept_form_account"})
        fields[name] = desk.browser.hidden(name);
    CHECK(fields["kept_address"] == "typed@example.org");
    Browser anna = desk.browser;
    const Seen others = desk.browser.post("/sign-in", fields);
    CHECK(others.status == 200);
    CHECK(others.says("Signed in as otto"));
    CHECK_FALSE(others.says("typed@example.org"));
    fields["account"] = "anna";
    CHECK(anna.post("/sign-in", fields).says("typed@example.org"));
}

TEST_CASE("a session that is not used ends, and so does one that was used all day") {
    DeskFixture desk({}, {.idle_timeout = Milliseconds{60'000}, .session_timeout = Milliseconds{180'000}});
    desk.browser.sign_in("anna", right_password);
    desk.clock += Milliseconds{59'000};
    CHECK(desk.browser.get("/").status == 200);
    desk.clock += Milliseconds{59'000};
    CHECK(desk.browser.get("/").status == 200);
    desk.clock += Milliseconds{59'000};
    CHECK(desk.browser.get("/").status == 200);
    desk.clock += Milliseconds{4'000};
    CHECK(desk.browser.get("/").says("Your session has ended."));
}

TEST_CASE("what was entered survives the end of the session, and is not sent by itself") {
    DeskFixture desk({}, {.idle_timeout = Milliseconds{60'000}, .session_timeout = Milliseconds{180'000}});
    desk.browser.sign_in("anna", right_password);
    desk.browser.get("/look-up");
    desk.clock += Milliseconds{61'000};
    const Seen ended = desk.browser.post("/look-up", {{"address", "öreg&<b>@example.org"}});
    CHECK(ended.status == 403);
    CHECK(ended.says("Your session has ended."));
    std::map<std::string, std::string> fields{{"account", "anna"}, {"password", right_password}};
    for (const char* name : {"then", "then_form"}) fields[name] = desk.browser.hidden(name);
    CHECK(ended.says("name=\"kept_address\" value=\"öreg&amp;&lt;b&gt;@example.org\""));
    fields["kept_address"] = "öreg&<b>@example.org";
    const Seen again = desk.browser.post("/sign-in", fields);
    CHECK(again.status == 200);
    CHECK(again.says("value=\"öreg&amp;&lt;b&gt;@example.org\""));
    CHECK(desk.done.empty());
    CHECK(desk.browser.post("/look-up", {{"address", "öreg&<b>@example.org"}}).status == 303);
    CHECK(desk.done == std::vector<std::string>{"öreg&<b>@example.org"});
}

TEST_CASE("a proxy that is trusted says who somebody is, and their account says what they may do") {
    desk::FrameOptions options;
    options.trusted_header = "x-remote-user";
    options.is_behind_proxy = true;
    DeskFixture desk(options);
    CHECK(desk.browser.get("/").says("No account of this desk"));
    desk.browser.more_fields = {{"x-remote-user", "mallory"}};
    CHECK(desk.browser.get("/").status == 403);
    desk.browser.more_fields = {{"x-remote-user", "anna"}, {"x-remote-user", "bert"}};
    CHECK(desk.browser.get("/").status == 403);
    desk.browser.more_fields = {{"x-remote-user", "bert"}};
    const Seen seen = desk.browser.get("/");
    CHECK(seen.status == 200);
    CHECK(seen.says("Signed in as bert"));
    CHECK_FALSE(seen.says("/sign-out"));
    CHECK(desk.browser.get("/look-up").status == 403);
    desk.browser.more_fields = {{"x-remote-user", "anna"}};
    desk.browser.get("/look-up");
    CHECK(desk.browser.post("/look-up", {{"address", "a"}, {"csrf", "wrong"}}).status == 200);
    CHECK(desk.done.empty());
    desk.browser.get("/look-up");
    CHECK(desk.browser.post("/look-up", {{"address", "a"}}).status == 303);
    CHECK(desk.done.size() == 1);
    // A password opens nothing there.
    desk.browser.more_fields.clear();
    CHECK(desk.browser.sign_in("anna", right_password).status == 403);
}

TEST_CASE("a header that nobody trusts says nothing") {
    DeskFixture desk;
    desk.browser.more_fields = {{"x-remote-user", "anna"}};
    CHECK(desk.browser.get("/").status == 403);
}

TEST_CASE("whom a proxy signed in is written down when they come, and before they see anything") {
    desk::FrameOptions options;
    options.trusted_header = "x-remote-user";
    options.idle_timeout = Milliseconds{60'000};
    DeskFixture desk(options);
    desk.browser.more_fields = {{"x-remote-user", "anna"}};
    desk.log_fails = true;
    CHECK(desk.browser.get("/").status == 500);
    desk.log_fails = false;
    for (int i = 0; i < 3; ++i) {
        CHECK(desk.browser.get("/").status == 200);
        desk.clock += Milliseconds{59'000};
    }
    REQUIRE(desk.sign_ins.size() == 1);
    CHECK(desk.sign_ins[0].event == desk::SignInEvent::signed_in);
    CHECK(desk.sign_ins[0].account == "anna");
    desk.clock += Milliseconds{1'000};
    desk.browser.get("/");
    CHECK(desk.sign_ins.size() == 2);
}
