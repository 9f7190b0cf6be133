// Who may come in, one after the other.
#include "sign_in/gate.h"

#include <ctime>

#include "base/error.h"
#include "sign_in/one_time_code.h"
#include "sign_in/password.h"
#include "sign_in/some_accounts.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::sign_in;
using namespace gdprd::test;

namespace {

Account with_codes(Account account) {
    account.code_secret = code_secret;
    return account;
}

Credentials with_code(Credentials credentials, Timestamp time) {
    credentials.code = one_time_code(*base32_decoded(code_secret), step_of(time));
    return credentials;
}

// What somebody at the other end learns.
std::pair<Refusal, Milliseconds> seen(const Entry& entry) {
    CHECK_FALSE(entry.token);
    return {entry.refusal, entry.wait};
}

double processor_seconds() {
    timespec time{};
    ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) * 1e-9;
}

}  // namespace

TEST_CASE("with the right password somebody is in until they sign out") {
    const SomeAccounts some({account_of("anna"), account_of("bert", Role::viewer)});
    Gate gate(some.file, {});
    const Entry entry = gate.sign_in(credentials_of("ANNA"), start);
    REQUIRE(entry.token);
    CHECK(entry.is_known_account);
    const auto session = gate.find(*entry.token, start);
    REQUIRE(session);
    CHECK(session->account == "anna");
    CHECK(session->role == Role::officer);
    const auto viewer = gate.sign_in(credentials_of("bert"), start).token;
    REQUIRE(viewer);
    CHECK(gate.find(*viewer, start)->role == Role::viewer);
    gate.sign_out(*entry.token);
    CHECK_FALSE(gate.find(*entry.token, start));
    CHECK(gate.find(*viewer, start));
    CHECK_FALSE(gate.find("", start));
}

TEST_CASE("what was wrong is not said") {
    Account locked = account_of("locked");
    locked.is_locked = true;
    const SomeAccounts some({account_of("anna"), locked});
    Gate gate(some.file, {});
    const std::pair<Refusal, Milliseconds> wrong{Refusal::wrong, {}};
    struct Row {
        const char* name;
        std::string password;
        bool is_known;
    };
    const Row rows[] = {{"anna", "another password", true},     {"anna", "", true},
                        {"nobody", right_password, false},      {"", right_password, false},
                        {"locked", right_password, true},       {"a:b\n", right_password, false},
                        {"anna", std::string(9'999, 'x'), true}};
    int address = 0;
    for (const Row& row : rows) {
        CAPTURE(row.name);
        const Entry entry = gate.sign_in(
            credentials_of(row.name, row.password, "192.0.2." + std::to_string(++address)), start);
        CHECK(seen(entry) == wrong);
        CHECK(entry.is_known_account == row.is_known);
    }
}

TEST_CASE("an unknown account costs as much time as a wrong password") {
    const SomeAccounts some({account_of("anna")});
    Gate gate(some.file, {});
    const auto cost_of = [&gate](const char* name) {
        const double before = processor_seconds();
        CHECK_FALSE(gate.sign_in(credentials_of(name, "another password"), start).token);
        return processor_seconds() - before;
    };
    cost_of("anna");
    const double known = cost_of("anna");
    const double unknown = cost_of("nobody");
    CHECK(unknown > known / 4);
    CHECK(known > unknown / 4);
}

TEST_CASE("after wrong passwords even the right one must wait") {
    const SomeAccounts some({account_of("anna"), account_of("bert")});
    Gate gate(some.file, {});
    for (int i = 0; i < 4; ++i) {
        CHECK(gate.sign_in(credentials_of("anna", "another password"), start).refusal == Refusal::wrong);
    }
    const Entry entry = gate.sign_in(credentials_of("Anna"), start);
    CHECK(seen(entry) == std::pair{Refusal::wait, one_second});
    CHECK(gate.sign_in(credentials_of("bert"), start).token);
    // Who waits makes it no longer.
    for (int i = 0; i < 20; ++i) gate.sign_in(credentials_of("anna"), start + one_second / 2);
    CHECK(gate.sign_in(credentials_of("anna"), start + one_second - Milliseconds{1}).refusal ==
          Refusal::wait);
    CHECK(gate.sign_in(credentials_of("anna"), start + one_second).token);
    // The right one makes up for the wrong ones.
    for (int i = 0; i < 4; ++i) {
        CHECK(gate.sign_in(credentials_of("anna", "x", "192.0.2.9"), start + one_second).refusal ==
              Refusal::wrong);
    }
    CHECK(gate.sign_in(credentials_of("anna"), start + one_second).wait == one_second);
}

TEST_CASE("an account that is not there waits like one that is") {
    const SomeAccounts some({account_of("anna")});
    Gate gate(some.file, {});
    Timestamp now = start;
    for (int i = 0; i < 12; ++i, now += one_second) {
        const std::string address = "192.0.2." + std::to_string(i);
        CHECK(seen(gate.sign_in(credentials_of("anna", "x", address), now)) ==
              seen(gate.sign_in(credentials_of("nobody", "x", address), now)));
    }
    // Another one that is not there does not wait because of it.
    CHECK(gate.sign_in(credentials_of("somebody", "x", "192.0.2.99"), now).refusal == Refusal::wrong);
}

TEST_CASE("an address that tries many accounts must wait, and no other address") {
    const SomeAccounts some({account_of("anna")});
    Gate gate(some.file, {});
    for (int i = 0; i < 11; ++i) {
        // Right ones do not count, and do not make up for the wrong ones.
        CHECK(gate.sign_in(credentials_of("anna", right_password, "2001:db8:1:2::1"), start).token);
        const std::string address = "2001:db8:1:2::" + std::to_string(i);
        const auto wrong = credentials_of("nobody" + std::to_string(i), "x", address);
        CHECK(gate.sign_in(wrong, start).refusal == Refusal::wrong);
    }
    CHECK(seen(gate.sign_in(credentials_of("anna", right_password, "2001:db8:1:2::99"), start)) ==
          std::pair{Refusal::wait, one_second});
    CHECK(gate.sign_in(credentials_of("anna", right_password, "2001:db8:1:3::1"), start).token);
    CHECK(gate.sign_in(credentials_of("anna", right_password, "2001:db8:1:2::1"), start + one_second).token);
}

TEST_CASE("an account with one-time codes needs one, each counts once") {
    const SomeAccounts some({with_codes(account_of("anna"))});
    Gate gate(some.file, {});
    CHECK(gate.sign_in(credentials_of("anna"), start).refusal == Refusal::wrong);
    // With a wrong password the code is not used up.
    CHECK_FALSE(gate.sign_in(with_code(credentials_of("anna", "x"), start), start).token);
    CHECK(gate.sign_in(with_code(credentials_of("anna"), start), start).token);
    CHECK(seen(gate.sign_in(with_code(credentials_of("anna"), start), start)) ==
          std::pair{Refusal::wrong, Milliseconds{}});
    const Timestamp later = start + 30 * one_second;
    CHECK_FALSE(gate.sign_in(with_code(credentials_of("anna"), start), later).token);
    CHECK(gate.sign_in(with_code(credentials_of("anna"), later), later).token);
    // Wrong codes are wrong attempts.
    for (int i = 0; i < 4; ++i) gate.sign_in(credentials_of("anna"), later);
    const Timestamp next = later + 30 * one_second;
    CHECK(gate.sign_in(with_code(credentials_of("anna"), next), later).wait == one_second);
}

TEST_CASE("the codes of a new secret count, whatever was used of the old one") {
    Account anna = with_codes(account_of("anna"));
    const SomeAccounts some({anna});
    Gate gate(some.file, {});
    CHECK(gate.sign_in(with_code(credentials_of("anna"), start), start).token);
    anna.code_secret = "MFRGGZDFMZTWQ2LKMFRGGZDFMZTWQ2LK";
    some.set({anna});
    Credentials credentials = credentials_of("anna");
    credentials.code = one_time_code(base32_decoded(anna.code_secret).value(), step_of(start));
    CHECK(gate.sign_in(credentials, start).token);
    CHECK_FALSE(gate.sign_in(credentials, start).token);
}

TEST_CASE("an account of the same name that is made later has another owner") {
    Account anna = account_of("anna");
    const SomeAccounts some({anna});
    const Gate gate(some.file, {});
    const std::string owner = gate.trusted("anna")->owner;
    CHECK(owner == gate.trusted("ANNA")->owner);
    anna.password_hash = hash_of_password(right_password);
    some.set({anna});
    CHECK(gate.trusted("anna")->owner != owner);
    CHECK(account_of_owner(owner) == "anna");
}

TEST_CASE("where codes are required, an account without them is told so once its password is right") {
    const SomeAccounts some({account_of("anna"), with_codes(account_of("bert"))});
    GateOptions options;
    options.codes_required = true;
    Gate gate(some.file, options);
    for (int i = 0; i < 20; ++i) {
        CHECK(seen(gate.sign_in(credentials_of("anna"), start)) ==
              std::pair{Refusal::no_code_set, Milliseconds{}});
    }
    CHECK(gate.sign_in(credentials_of("anna", "x"), start).refusal == Refusal::wrong);
    CHECK(gate.sign_in(credentials_of("nobody"), start).refusal == Refusal::wrong);
    CHECK(gate.sign_in(with_code(credentials_of("bert"), start), start).token);
}

TEST_CASE("a change of the file ends the sessions that it is about") {
    const SomeAccounts some({account_of("anna"), account_of("bert")});
    Gate gate(some.file, {});
    const std::string anna = gate.sign_in(credentials_of("anna"), start).token.value();
    const std::string bert = gate.sign_in(credentials_of("bert"), start).token.value();
    Account locked = account_of("anna");
    locked.is_locked = true;
    some.set({locked, account_of("bert"), account_of("carl")});
    CHECK_FALSE(gate.find(anna, start));
    CHECK(gate.find(bert, start));
    CHECK(gate.sign_in(credentials_of("carl"), start).token);
    some.set({account_of("anna"), account_of("bert")});
    CHECK_FALSE(gate.find(anna, start));
    Account other_password = account_of("bert");
    other_password.password_hash = hash_of_password("another password");
    some.set({account_of("anna"), other_password});
    CHECK_FALSE(gate.find(bert, start));
    CHECK(gate.sign_in(credentials_of("bert"), start).refusal == Refusal::wrong);
    CHECK(gate.sign_in(credentials_of("bert", "another password"), start).token);
    std::filesystem::remove(some.file.path());
    CHECK_FALSE(gate.sign_in(credentials_of("bert", "another password"), start).token);
}

TEST_CASE("as long as the file cannot be read nobody is in") {
    const SomeAccounts some({account_of("anna")});
    Gate gate(some.file, {});
    const std::string token = gate.sign_in(credentials_of("anna"), start).token.value();
    const std::string before = read_file(some.file.path());
    some.directory.write("desk-accounts", before + "rubbish\n");
    for (int i = 0; i < 2; ++i) {
        CHECK_THROWS_AS(gate.find(token, start), ConfigurationError);
        CHECK_THROWS_AS(gate.sign_in(credentials_of("anna"), start), ConfigurationError);
        CHECK_THROWS_AS(gate.trusted("anna"), ConfigurationError);
        CHECK_THROWS_AS(Gate(some.file, {}), ConfigurationError);
    }
    some.directory.write("desk-accounts", before);
    CHECK(gate.find(token, start));
    gate.sign_out(token);
    CHECK_FALSE(gate.find(token, start));
}

TEST_CASE("whom a proxy signed in needs an account that is not locked") {
    Account locked = account_of("locked");
    locked.is_locked = true;
    const SomeAccounts some({account_of("anna"), locked});
    const Gate gate(some.file, {});
    const auto session = gate.trusted("Anna");
    REQUIRE(session);
    CHECK(session->account == "anna");
    CHECK(session->role == Role::officer);
    CHECK(session->csrf_token.size() == 43);
    CHECK(session->csrf_token == gate.trusted("anna")->csrf_token);
    CHECK(session->csrf_token != Gate(some.file, {}).trusted("anna")->csrf_token);
    CHECK_FALSE(gate.trusted("locked"));
    CHECK_FALSE(gate.trusted("nobody"));
    CHECK_FALSE(gate.trusted(""));
    some.set({});
    CHECK_FALSE(gate.trusted("anna"));
}

TEST_CASE("a visitor's token is theirs, and this process's") {
    const SomeAccounts some({account_of("anna")});
    const Gate gate(some.file, {});
    const std::string token = gate.csrf_token_of_visitor("cookie");
    CHECK(token.size() == 43);
    CHECK(token == gate.csrf_token_of_visitor("cookie"));
    CHECK(token != gate.csrf_token_of_visitor("cookies"));
    CHECK(token != Gate(some.file, {}).csrf_token_of_visitor("cookie"));
    CHECK(gate.csrf_token_of_visitor("anna") != gate.trusted("anna")->csrf_token);
}
