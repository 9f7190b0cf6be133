#include "sign_in/some_accounts.h"

#include "sign_in/password.h"

namespace gdprd::test {

sign_in::Account account_of(const std::string& name, sign_in::Role role) {
    static const std::string hash = sign_in::hash_of_password(right_password);
    return {name, role, hash, "", false};
}

void SomeAccounts::set(const std::vector<sign_in::Account>& accounts) const {
    file.change([&](std::vector<sign_in::Account>& there) { there = accounts; });
}

sign_in::Credentials credentials_of(const std::string& name, const std::string& password,
                                    const std::string& remote) {
    return {name, password, "", remote};
}

}  // namespace gdprd::test
