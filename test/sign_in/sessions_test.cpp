// How long somebody is signed in.
#include "sign_in/sessions.h"

#include "sign_in/some_accounts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;
using namespace gdprd::test;

namespace {

constexpr Milliseconds minute{60'000};
const Account anna{"anna", Role::officer, "hash", "", false};

}  // namespace

TEST_CASE("a session has the account's name and role, and a token nobody can guess") {
    Sessions sessions({});
    const std::string token = sessions.open(anna, start);
    CHECK(token.size() == 43);
    CHECK(token.find_first_of("+/=") == std::string::npos);
    const auto session = sessions.find(token, start);
    REQUIRE(session);
    CHECK(session->account == "anna");
    CHECK(session->role == Role::officer);
    CHECK(session->csrf_token.size() == 43);
    CHECK(session->csrf_token != token);
    const std::string other = sessions.open(anna, start);
    CHECK(other != token);
    CHECK(sessions.find(other, start)->csrf_token != session->csrf_token);
    for (const std::string& wrong : {std::string(), token.substr(1), token + "A", session->csrf_token}) {
        CHECK_FALSE(sessions.find(wrong, start));
    }
    sessions.close(token);
    CHECK_FALSE(sessions.find(token, start));
    CHECK(sessions.find(other, start));
}

TEST_CASE("a session ends when it is idle, and at last however busy it is") {
    Sessions sessions({15 * minute, 60 * minute, false, 10});
    const std::string idle = sessions.open(anna, start);
    CHECK(sessions.find(idle, start + 15 * minute - Milliseconds{1}));
    CHECK(sessions.find(idle, start + 30 * minute - Milliseconds{2}));
    CHECK_FALSE(sessions.find(idle, start + 45 * minute - Milliseconds{2}));
    CHECK_FALSE(sessions.find(idle, start + 30 * minute));
    const std::string busy = sessions.open(anna, start);
    for (int at = 0; at < 60; at += 10) CHECK(sessions.find(busy, start + at * minute));
    CHECK(sessions.find(busy, start + 60 * minute - Milliseconds{1}));
    CHECK_FALSE(sessions.find(busy, start + 60 * minute));
    CHECK(sessions.size() == 0);
}

TEST_CASE("what a page asks for by itself does not make a session younger") {
    Sessions sessions({.idle_timeout = minute});
    const std::string token = sessions.open(anna, start);
    CHECK(sessions.find(token, start + minute - one_second, false));
    CHECK_FALSE(sessions.find(token, start + minute));
}

TEST_CASE("an answer that is late does not shorten a session, and a clock far back ends it") {
    Sessions sessions({15 * minute, 600 * minute, false, 10});
    const std::string token = sessions.open(anna, start);
    CHECK(sessions.find(token, start + 10 * minute));
    CHECK(sessions.find(token, start + 9 * minute));
    CHECK(sessions.find(token, start + 24 * minute));
    CHECK_FALSE(sessions.find(token, start + 9 * minute));
}

TEST_CASE("with as many sessions as there may be, the one idle longest ends") {
    Sessions sessions({15 * minute, 600 * minute, false, 3});
    const std::string first = sessions.open(anna, start);
    const std::string second = sessions.open(anna, start + minute);
    const std::string third = sessions.open(anna, start + 2 * minute);
    CHECK(sessions.find(first, start + 3 * minute));
    const std::string fourth = sessions.open(anna, start + 4 * minute);
    CHECK(sessions.size() == 3);
    CHECK_FALSE(sessions.find(second, start + 4 * minute));
    CHECK(sessions.find(first, start + 4 * minute));
    CHECK(sessions.find(third, start + 4 * minute));
    CHECK(sessions.find(fourth, start + 4 * minute));
    sessions.open(anna, start + 60 * minute);
    CHECK(sessions.size() == 1);
}

TEST_CASE("a session ends when anything of its account is another") {
    Account bert = anna;
    bert.name = "bert";
    struct Row {
        const char* what;
        std::vector<Account> accounts;
        bool stays;
    };
    const Row rows[] = {
        {"nothing", {anna, bert}, true},
        {"another account", {anna}, true},
        {"removed", {bert}, false},
        {"locked", {{"anna", Role::officer, "hash", "", true}}, false},
        {"another role", {{"anna", Role::viewer, "hash", "", false}}, false},
        {"another password", {{"anna", Role::officer, "other", "", false}}, false},
        {"one-time codes", {{"anna", Role::officer, "hash", code_secret, false}}, false},
        {"another spelling", {{"Anna", Role::officer, "hash", "", false}}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Sessions sessions({});
        const std::string token = sessions.open(anna, start);
        sessions.keep_those_of(row.accounts);
        CHECK(sessions.find(token, start).has_value() == row.stays);
    }
}
