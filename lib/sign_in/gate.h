// Who may come in: passwords and one-time codes against the accounts, back-off after wrong ones, sessions in
// memory.
//
// Threads: any. Times are given by the caller, so that tests need no clock. Errors: ConfigurationError of the
// file of accounts, from every call but sign_out() for as long as the file cannot be read: nobody is let in
// by an account that may not be there any more.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "sign_in/accounts.h"

namespace gdprd::sign_in {

struct GateOptions {
    Milliseconds idle_timeout{900'000};
    Milliseconds session_timeout{28'800'000};
    bool codes_required = false;  // an account without a secret cannot sign in
    std::size_t sessions_max = 1'000;
};

struct Session {
    std::string account;
    Role role = Role::viewer;
    std::string csrf_token;
    std::string owner;  // owner_of()
};

struct Credentials {
    std::string account;
    std::string password;
    std::string code;    // as it was typed; "" when none was
    std::string remote;  // the address it comes from
};

enum class Refusal {
    wrong,        // account, password or code: which one is not said
    wait,         // too many wrong ones, or at this moment too many at once; Entry::wait says how long
    no_code_set,  // a code is required, and the account has no secret
};

struct Entry {
    std::optional<std::string> token;  // for the cookie; nothing when refused
    Refusal refusal = Refusal::wrong;
    Milliseconds wait{};
    bool is_known_account = false;  // for the log
};

class Gate {
  public:
    Gate(AccountFile accounts, GateOptions options);
    ~Gate();

    // Takes as long for an account that is not there as for a wrong password. A code counts once. Capital
    // letters in an account's name do not count; its session has the name as the file has it.
    Entry sign_in(const Credentials& credentials, Timestamp now);
    // Signed in by a proxy ([desk] trusted_header). Nothing when there is no such account, or it is locked.
    std::optional<Session> trusted(const std::string& account) const;

    // The session of this token, whose idle time begins anew if it `renews` it: what a page asks for by
    // itself does not. Nothing when there is none, it has ended, or its account was locked, removed, or has
    // another role or password since.
    std::optional<Session> find(const std::string& token, Timestamp now, bool renews = true);
    void sign_out(const std::string& token);
    // What stands in the form of somebody who is not signed in yet.
    std::string csrf_token_of_visitor(const std::string& visitor) const;

  private:
    struct Implementation;
    std::unique_ptr<Implementation> implementation_;
};

}  // namespace gdprd::sign_in
