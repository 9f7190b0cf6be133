// `desk user`: an administrator says who may sign in to the desk, and the desk's gate is asked.
#include <sys/stat.h>

#include <nlohmann/json.hpp>

#include "command/program.h"
#include "command/terminal.h"
#include "sign_in/gate.h"
#include "sign_in/one_time_code.h"
#include "support/catch.h"

using namespace gdprd;
using namespace gdprd::test;

namespace {

constexpr const char* first_password = "correct horse battery";
constexpr const char* second_password = "staple of another kind";
const std::string reload = "The desk takes it at its next reload: systemctl reload mautic-gdprd-desk\n";

struct Administrator {
    std::filesystem::path file() const { return directory / "desk-accounts"; }
    std::vector<std::string> arguments(std::vector<std::string> words) const {
        words.insert(words.begin(), {"desk", "user"});
        words.insert(words.end(), {"--accounts", file().string()});
        return words;
    }
    Answer run(std::vector<std::string> words) const {
        const Answer answer = test::run(arguments(std::move(words)));
        CHECK(answer.text.find("$y$") == std::string::npos);
        CHECK(answer.text.find(first_password) == std::string::npos);
        CHECK(answer.text.find(second_password) == std::string::npos);
        return answer;
    }
    Answer run_with_password(std::vector<std::string> words, const std::string& password) const {
        const auto password_file = directory.write("password", password + "\n");
        std::filesystem::permissions(password_file, std::filesystem::perms(0600));
        words.insert(words.end(), {"--password-file", password_file.string()});
        return run(std::move(words));
    }
    Answer run_at_terminal(std::vector<std::string> words,
                           const std::vector<std::pair<std::string, std::string>>& questions) const {
        words = arguments(std::move(words));
        words.insert(words.begin(), daemon_program().string());
        return test::run_at_terminal(words, questions);
    }
    // By a gate that has just been opened.
    bool lets_in(const std::string& name, const std::string& password, const std::string& code = "") const {
        sign_in::Gate gate(sign_in::AccountFile(file()), {});
        return gate.sign_in({name, password, code, "192.0.2.1"}, now()).token.has_value();
    }

    const TemporaryDirectory directory;
};

// The secret that was printed.
std::string secret_in(const std::string& text) {
    const auto at = text.find("?secret=");
    REQUIRE(at != std::string::npos);
    const std::string secret = text.substr(at + 8, 32);
    REQUIRE(sign_in::is_code_secret(secret));
    CHECK_THAT(text, ContainsSubstring("\n  " + secret.substr(0, 4) + ' ' + secret.substr(4, 4) + ' '));
    return secret;
}

std::string code_of(const std::string& secret) {
    return sign_in::one_time_code(*sign_in::base32_decoded(secret), sign_in::step_of(now()));
}

}  // namespace

TEST_CASE("an account is made, signs in, is locked, unlocked and removed") {
    const Administrator admin;
    CHECK(admin.run({"list"}).text == "No accounts.\n");
    const Answer added = admin.run_with_password({"add", "anna", "--role", "officer"}, first_password);
    CHECK(added.exit_code == 0);
    CHECK(added.text == "anna may sign in as officer.\n" + reload);
    struct stat status {};
    REQUIRE(::stat(admin.file().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(admin.lets_in("anna", first_password));
    CHECK_FALSE(admin.lets_in("anna", second_password));
    CHECK(admin.run({"lock", "Anna"}).text == "anna is locked.\n" + reload);
    CHECK_FALSE(admin.lets_in("anna", first_password));
    CHECK(admin.run({"unlock", "anna"}).text == "anna is not locked.\n" + reload);
    CHECK(admin.lets_in("anna", first_password));
    CHECK(admin.run({"remove", "ANNA"}).text == "anna is removed.\n" + reload);
    CHECK_FALSE(admin.lets_in("anna", first_password));
    CHECK(admin.run({"list"}).text == "No accounts.\n");
}

TEST_CASE("accounts are listed without anything secret") {
    const Administrator admin;
    admin.run_with_password({"add", "anna", "--role", "officer", "--one-time-code"}, first_password);
    admin.run_with_password({"add", "bert", "--role", "viewer"}, first_password);
    admin.run({"lock", "bert"});
    const std::string shown = admin.run({"list"}).text;
    CHECK(shown ==
          "name  role     one-time code  state\n"
          "anna  officer  yes            active\n"
          "bert  viewer   no             locked\n");
    const auto json = nlohmann::json::parse(admin.run({"list", "--json"}).text)["accounts"];
    CHECK(json == nlohmann::json::parse(
                      R"([{"name": "anna", "role": "officer", "one_time_code": true, "locked": false},
                                    {"name": "bert", "role": "viewer", "one_time_code": false, "locked": true}])"));
    CHECK(nlohmann::json::parse(
              test::run({"desk", "user", "list", "--json", "--accounts", (admin.directory / "none").string()})
                  .text)["accounts"]
              .empty());
}

TEST_CASE("a password is asked for twice and never shown") {
    const Administrator admin;
    const std::string typed = std::string(first_password) + '\n';
    const Answer added =
        admin.run_at_terminal({"add", "anna", "--role", "viewer"},
                              {{"New password of anna: ", typed}, {"The same again: ", typed}});
    CHECK(added.exit_code == 0);
    CHECK(added.text.find(first_password) == std::string::npos);
    CHECK(admin.lets_in("anna", first_password));
    const std::string other = std::string(second_password) + '\n';
    const Answer differs =
        admin.run_at_terminal({"password", "anna"}, {{"anna: ", typed}, {"again: ", other}});
    CHECK(differs.exit_code == 2);
    CHECK_THAT(differs.text, ContainsSubstring("are not the same"));
    CHECK(admin.lets_in("anna", first_password));
    CHECK(admin.run_at_terminal({"password", "anna"}, {{"anna: ", other}, {"again: ", other}}).exit_code ==
          0);
    CHECK(admin.lets_in("anna", second_password));
    CHECK_FALSE(admin.lets_in("anna", first_password));
    const Answer nobody = admin.run({"password", "anna"});
    CHECK(nobody.exit_code == 2);
    CHECK_THAT(nobody.text, ContainsSubstring("--password-file"));
}

TEST_CASE("a password that is no good is refused with what is asked of one") {
    const Administrator admin;
    for (const std::string& password : {std::string("too short"), std::string("anna.von.holstein"),
                                        std::string(512, 'x'), std::string("caf\xe9 caf\xe9 caf\xe9")}) {
        const Answer answer =
            admin.run_with_password({"add", "Anna.von.Holstein", "--role", "viewer"}, password);
        CAPTURE(answer.text);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("the password is") && ContainsSubstring("12 characters"));
        CHECK(answer.text.find(password) == std::string::npos);
        CHECK_FALSE(std::filesystem::exists(admin.file()));
    }
}

TEST_CASE("the secret of one-time codes is printed once, and its codes are asked for until they are off") {
    const Administrator admin;
    const Answer added =
        admin.run_with_password({"add", "anna", "--role", "officer", "--one-time-code"}, first_password);
    CHECK(added.exit_code == 0);
    const std::string secret = secret_in(added.text);
    CHECK_THAT(added.text, ContainsSubstring("not shown again") &&
                               ContainsSubstring("otpauth://totp/mautic-gdprd:anna?secret=" + secret));
    CHECK_FALSE(admin.lets_in("anna", first_password));
    CHECK(admin.lets_in("anna", first_password, code_of(secret)));
    const std::string second = secret_in(admin.run({"one-time-code", "anna"}).text);
    CHECK(second != secret);
    CHECK_FALSE(admin.lets_in("anna", first_password, code_of(secret)));
    CHECK(admin.lets_in("anna", first_password, code_of(second)));
    CHECK(admin.run({"list"}).text.find(second) == std::string::npos);
    CHECK(admin.run({"one-time-code", "anna", "--off"}).text ==
          "anna signs in with the password alone.\n" + reload);
    CHECK(admin.lets_in("anna", first_password));
}

TEST_CASE("what cannot be done changes nothing and says why") {
    const Administrator admin;
    admin.run_with_password({"add", "anna", "--role", "officer"}, first_password);
    const std::string before = read_file(admin.file());
    const Answer second = admin.run_with_password({"add", "ANNA", "--role", "viewer"}, second_password);
    CHECK(second.exit_code == 2);
    CHECK_THAT(second.text, ContainsSubstring("there is an account anna already"));
    for (const std::vector<std::string>& words : {std::vector<std::string>{"lock", "bert"},
                                                  {"unlock", "bert"},
                                                  {"remove", "bert"},
                                                  {"one-time-code", "bert"},
                                                  {"one-time-code", "bert", "--off"},
                                                  {"password", "bert"}}) {
        const Answer answer = admin.run(words);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring("there is no account bert"));
    }
    CHECK(read_file(admin.file()) == before);
    admin.directory.write("desk-accounts", before + "rubbish\n");
    for (const std::vector<std::string>& words : {std::vector<std::string>{"list"}, {"lock", "anna"}}) {
        const Answer answer = admin.run(words);
        CHECK(answer.exit_code == 2);
        CHECK_THAT(answer.text, ContainsSubstring(admin.file().string() + ": line 2: "));
    }
    CHECK(read_file(admin.file()) == before + "rubbish\n");
}

TEST_CASE("an instance has accounts of its own") {
    const Answer answer = test::run({"desk", "user", "lock", "anna", "--instance", "no-such-shop"});
    CHECK(answer.exit_code == 2);
    CHECK_THAT(answer.text, ContainsSubstring("/etc/mautic-gdprd/no-such-shop"));
}
