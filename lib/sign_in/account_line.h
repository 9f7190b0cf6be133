// The accounts as text. Pure.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sign_in/accounts.h"

namespace gdprd::sign_in {

// `file` is for errors only. Throws ConfigurationError for a line that line_of() would not write and for two
// accounts of one name.
std::vector<Account> accounts_in(std::string_view text, const std::string& file);
// With its newline. Throws Error for an account that accounts_in() would not take.
std::string line_of(const Account& account);

}  // namespace gdprd::sign_in
