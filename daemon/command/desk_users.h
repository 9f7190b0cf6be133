// `mautic-gdprd desk user add | list | password | lock | unlock | remove | one-time-code`: who may sign in to
// the officer's desk. They change the file of accounts and nothing else; the desk takes it over at its next
// reload.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "daemon/exit_code.h"
#include "sign_in/accounts.h"

namespace gdprd::command {

inline constexpr const char* desk_accounts_file_name = "desk-accounts";

// Of every one of them. An account that is not there is a ConfigurationError.
struct DeskAccounts {
    std::filesystem::path file = "/etc/mautic-gdprd/desk-accounts";
    std::string instance;  // "" without --instance
};

struct DeskUserListOptions {
    DeskAccounts accounts;
    bool json = false;
};
// Neither hashes nor secrets.
ExitCode desk_user_list(const DeskUserListOptions& options);
std::string to_json(const std::vector<sign_in::Account>& accounts);

struct DeskUserAddOptions {
    DeskAccounts accounts;
    std::string name;
    sign_in::Role role = sign_in::Role::viewer;
    std::optional<std::filesystem::path> password_file;  // else it is asked for
    bool one_time_code = false;
};
ExitCode desk_user_add(const DeskUserAddOptions& options);

struct DeskUserPasswordOptions {
    DeskAccounts accounts;
    std::string name;
    std::optional<std::filesystem::path> password_file;
};
ExitCode desk_user_password(const DeskUserPasswordOptions& options);

struct DeskUserOptions {
    DeskAccounts accounts;
    std::string name;
};
ExitCode desk_user_lock(const DeskUserOptions& options);
ExitCode desk_user_unlock(const DeskUserOptions& options);
ExitCode desk_user_remove(const DeskUserOptions& options);

struct DeskUserOneTimeCodeOptions {
    DeskAccounts accounts;
    std::string name;
    bool off = false;
};
// Prints a new secret, this once.
ExitCode desk_user_one_time_code(const DeskUserOneTimeCodeOptions& options);

}  // namespace gdprd::command
