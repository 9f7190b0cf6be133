// Accounts for tests, in a file of their own.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "sign_in/accounts.h"
#include "sign_in/gate.h"
#include "support/temporary_directory.h"

namespace gdprd::test {

inline constexpr Timestamp start{Milliseconds{1'767'225'600'000}};  // 2026-01-01
inline constexpr Milliseconds one_second{1'000};
inline constexpr const char* right_password = "correct horse battery";
inline constexpr const char* code_secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";  // of RFC 6238

// With that password; its hash is made once.
sign_in::Account account_of(const std::string& name, sign_in::Role role = sign_in::Role::officer);

class SomeAccounts {
  public:
    explicit SomeAccounts(const std::vector<sign_in::Account>& accounts) { set(accounts); }

    void set(const std::vector<sign_in::Account>& accounts) const;

    const TemporaryDirectory directory;
    const sign_in::AccountFile file{directory / "desk-accounts"};
};

sign_in::Credentials credentials_of(const std::string& name, const std::string& password = right_password,
                                    const std::string& remote = "192.0.2.1");

}  // namespace gdprd::test
