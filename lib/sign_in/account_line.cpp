#include "sign_in/account_line.h"

#include <array>

#include "base/error.h"
#include "base/text.h"
#include "sign_in/one_time_code.h"
#include "sign_in/password.h"

namespace gdprd::sign_in {

namespace {

constexpr std::string_view active = "active";
constexpr std::string_view locked = "locked";
constexpr std::size_t field_count = 5;
using Fields = std::array<std::string_view, field_count>;

[[noreturn]] void refuse(const std::string& file, std::size_t line, const std::string& what,
                         const std::string& advice) {
    throw ConfigurationError(file + ": line " + std::to_string(line) + ": " + what, advice);
}

const std::string by_command =
    "Remove the line, and make the account again with `mautic-gdprd desk user add`; nobody signs in until "
    "then";

// False when there are more fields, or fewer.
bool split(std::string_view line, Fields& fields) {
    for (std::size_t i = 0; i + 1 < field_count; ++i) {
        const auto colon = line.find(':');
        if (colon == std::string_view::npos) return false;
        fields.at(i) = line.substr(0, colon);
        line.remove_prefix(colon + 1);
    }
    fields.back() = line;
    return line.find(':') == std::string_view::npos;
}

// What is wrong with the line; "" when `account` has what it says.
std::string read_line(std::string_view line, Account& account) {
    Fields fields;
    if (!split(line, fields)) return "not name:role:state:password-hash:code-secret";
    const auto& [name, role, state, hash, secret] = fields;
    account.name = name;
    if (!is_account_name(account.name)) return "the name is not that of an account";
    const auto known_role = role_names.value_of(role);
    if (!known_role) return "the role is neither officer nor viewer";
    account.role = *known_role;
    if (state != active && state != locked) return "the state is neither active nor locked";
    account.is_locked = state == locked;
    if (!is_password_hash(hash)) return "the password's hash is not one of yescrypt";
    account.password_hash = hash;
    if (!secret.empty() && !is_code_secret(secret)) return "the secret of one-time codes is not one";
    account.code_secret = secret;
    return {};
}

}  // namespace

std::vector<Account> accounts_in(std::string_view text, const std::string& file) {
    std::vector<Account> accounts;
    for (std::size_t number = 1; !text.empty(); ++number) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        Account account;
        if (const std::string what = read_line(line, account); !what.empty()) {
            refuse(file, number, what, by_command);
        }
        if (find_account(accounts, account.name) != nullptr) {
            refuse(file, number, "an account of this name stands above", "Remove one of the two lines");
        }
        accounts.push_back(std::move(account));
    }
    return accounts;
}

std::string line_of(const Account& account) {
    std::string line = account.name + ':' + role_names.of(account.role) + ':';
    line += account.is_locked ? locked : active;
    line += ':' + account.password_hash + ':' + account.code_secret;
    Account again;
    if (const std::string what = read_line(line, again); !what.empty() || again != account) {
        throw Error("an account that cannot be written: " + what);
    }
    return line + '\n';
}

}  // namespace gdprd::sign_in
