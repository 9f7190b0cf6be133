// Whatever the bytes: a file of accounts is refused with ConfigurationError only, and one that is taken is
// what the program would write of these accounts, each name once.
#include <string>

#include "base/error.h"
#include "fuzz/target.h"
#include "sign_in/account_line.h"

namespace gdprd::fuzz {

void prepare() {}

void check(std::string_view input) {
    std::vector<sign_in::Account> accounts;
    try {
        accounts = sign_in::accounts_in(input, "accounts");
    } catch (const ConfigurationError&) {
        return;
    }
    std::string written;
    for (const sign_in::Account& account : accounts) {
        written += sign_in::line_of(account);
        must_hold(*sign_in::find_account(accounts, account.name) == account, "each name once");
    }
    if (!input.ends_with('\n') && !input.empty()) written.pop_back();
    must_hold(written == input, "written as it was read");
}

}  // namespace gdprd::fuzz
