#include "daemon/command/desk_users.h"

#include <functional>
#include <iostream>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/secret.h"
#include "daemon/command/terminal/password_input.h"
#include "daemon/command/terminal/text_table.h"
#include "sign_in/one_time_code.h"
#include "sign_in/password.h"

namespace gdprd::command {

namespace {

using sign_in::Account;
using sign_in::AccountFile;
using Accounts = std::vector<Account>;

constexpr const char* password_file_advice = "Give a file with the password by --password-file";

const Account& require_account(const Accounts& accounts, const std::string& name) {
    const Account* account = sign_in::find_account(accounts, name);
    if (account != nullptr) return *account;
    throw ConfigurationError("desk user: there is no account " + name,
                             "`mautic-gdprd desk user list` shows the accounts");
}

void refuse_second_account(const Accounts& accounts, const std::string& name) {
    const Account* account = sign_in::find_account(accounts, name);
    if (account == nullptr) return;
    throw ConfigurationError("desk user: there is an account " + account->name + " already",
                             "Give it another password with `mautic-gdprd desk user password`, or remove it");
}

void say_when_desk_takes_it(const DeskAccounts& accounts) {
    std::cout << "The desk takes it at its next reload: systemctl reload mautic-gdprd-desk"
              << (accounts.instance.empty() ? "" : '@' + accounts.instance) << '\n';
}

// Of the account of that name, which is there; the name as the file has it.
std::string change_account(const DeskAccounts& where, const std::string& name,
                           const std::function<void(Account&)>& change) {
    std::string its_name;
    AccountFile(where.file).change([&](Accounts& accounts) {
        its_name = require_account(accounts, name).name;
        for (Account& account : accounts) {
            if (account.name == its_name) change(account);
        }
    });
    return its_name;
}

std::string password_typed_twice(const std::string& account) {
    std::string password = read_password("New password of " + account, password_file_advice);
    std::string again = read_password("The same again", password_file_advice);
    const bool same = same_secret(password, again);
    sign_in::wipe(again);
    if (same) return password;
    sign_in::wipe(password);
    throw ConfigurationError("desk user: the two passwords are not the same",
                             "Nothing was changed. Try again");
}

std::string hash_of_new_password(const std::string& account,
                                 const std::optional<std::filesystem::path>& file) {
    std::string password =
        file ? read_password_file(*file, "--password-file") : password_typed_twice(account);
    const std::string problem = sign_in::problem_of_password(password, account);
    std::string hash = problem.empty() ? sign_in::hash_of_password(password) : "";
    sign_in::wipe(password);
    if (problem.empty()) return hash;
    throw ConfigurationError("desk user: the password " + problem,
                             "At least 12 characters of any kind; a few words that do not belong together "
                             "are good ones");
}

// In fours, as people read it.
std::string secret_in_groups(const std::string& secret) {
    std::string text;
    for (std::size_t at = 0; at < secret.size(); at += 4) text += (at == 0 ? "" : " ") + secret.substr(at, 4);
    return text;
}

void print_code_secret(const std::string& name, const std::string& secret) {
    std::cout << "Enter this in " << name
              << "'s authenticator app, as the URI or by hand; it is not shown again:\n  "
              << sign_in::otpauth_uri(name, secret) << "\n  " << secret_in_groups(secret) << '\n';
}

ExitCode set_account_locked(const DeskUserOptions& options, bool locked) {
    const std::string name = change_account(options.accounts, options.name,
                                            [locked](Account& account) { account.is_locked = locked; });
    std::cout << name << (locked ? " is locked.\n" : " is not locked.\n");
    say_when_desk_takes_it(options.accounts);
    return ExitCode::done;
}

}  // namespace

ExitCode desk_user_list(const DeskUserListOptions& options) {
    const auto accounts = AccountFile(options.accounts.file).read();
    if (is_readable_by_everybody(options.accounts.file.string())) {
        std::cerr << "Warning: " << options.accounts.file.string()
                  << ": everybody on this machine can read it; chmod 0600\n";
    }
    if (options.json) {
        std::cout << to_json(accounts) << '\n';
        return ExitCode::done;
    }
    if (accounts.empty()) {
        std::cout << "No accounts.\n";
        return ExitCode::done;
    }
    TextTable table;
    table.add({"name", "role", "one-time code", "state"});
    for (const Account& account : accounts) {
        table.add({account.name, sign_in::role_names.of(account.role),
                   account.code_secret.empty() ? "no" : "yes", account.is_locked ? "locked" : "active"});
    }
    table.print(std::cout);
    return ExitCode::done;
}

ExitCode desk_user_add(const DeskUserAddOptions& options) {
    const AccountFile file(options.accounts.file);
    refuse_second_account(file.read(), options.name);  // before somebody types a password
    Account account{options.name, options.role, hash_of_new_password(options.name, options.password_file), "",
                    false};
    if (options.one_time_code) account.code_secret = sign_in::new_code_secret();
    file.change([&](Accounts& accounts) {
        refuse_second_account(accounts, options.name);
        accounts.push_back(account);
    });
    std::cout << account.name << " may sign in as " << sign_in::role_names.of(account.role) << ".\n";
    if (options.one_time_code) print_code_secret(account.name, account.code_secret);
    say_when_desk_takes_it(options.accounts);
    return ExitCode::done;
}

ExitCode desk_user_password(const DeskUserPasswordOptions& options) {
    const std::string name = require_account(AccountFile(options.accounts.file).read(), options.name).name;
    const std::string hash = hash_of_new_password(name, options.password_file);
    change_account(options.accounts, name, [&hash](Account& account) { account.password_hash = hash; });
    std::cout << name << " has another password; sessions that " << name << " has open end.\n";
    say_when_desk_takes_it(options.accounts);
    return ExitCode::done;
}

ExitCode desk_user_lock(const DeskUserOptions& options) { return set_account_locked(options, true); }

ExitCode desk_user_unlock(const DeskUserOptions& options) { return set_account_locked(options, false); }

ExitCode desk_user_remove(const DeskUserOptions& options) {
    std::string name;
    AccountFile(options.accounts.file).change([&](Accounts& accounts) {
        name = require_account(accounts, options.name).name;
        std::erase_if(accounts, [&name](const Account& account) { return account.name == name; });
    });
    std::cout << name << " is removed.\n";
    say_when_desk_takes_it(options.accounts);
    return ExitCode::done;
}

ExitCode desk_user_one_time_code(const DeskUserOneTimeCodeOptions& options) {
    const std::string secret = options.off ? "" : sign_in::new_code_secret();
    const std::string name = change_account(options.accounts, options.name,
                                            [&secret](Account& account) { account.code_secret = secret; });
    if (options.off) {
        std::cout << name << " signs in with the password alone.\n";
    } else {
        std::cout << name << " needs a one-time code from now on; codes of a former secret count no more.\n";
        print_code_secret(name, secret);
    }
    say_when_desk_takes_it(options.accounts);
    return ExitCode::done;
}

}  // namespace gdprd::command
