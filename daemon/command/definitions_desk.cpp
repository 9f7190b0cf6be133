// The commands of the officer's desk.
#include "base/text.h"
#include "daemon/command/definition_parts.h"
#include "daemon/command/desk.h"
#include "daemon/command/desk_users.h"

namespace gdprd::command {

namespace {

constexpr const char* exit_codes_of_users =
    "Exit codes: 0 done, 1 the file cannot be written, 2 bad usage, no such account, or a file that cannot "
    "be "
    "read.";

void add_accounts_file(CLI::App& command, DeskAccounts& accounts) {
    auto* file = command.add_option("--accounts", accounts.file, "The file of accounts")
                     ->type_name("FILE")
                     ->capture_default_str();
    add_instance(command, [&accounts](const std::string& name) {
        accounts.instance = name;
        accounts.file = directory_of_instance(name) / desk_accounts_file_name;
    })->excludes(file);
}

void add_account_name(CLI::App& command, std::string& name) {
    command.add_option("name", name, "The name of the account")
        ->type_name("NAME")
        ->required()
        ->check(CLI::Validator(
            [](const std::string& text) -> std::string {
                return sign_in::is_account_name(text)
                           ? ""
                           : "an account's name has 1 to 32 letters, digits, dots, hyphens and underscores";
            },
            ""));
}

void add_password_file(CLI::App& command, std::optional<std::filesystem::path>& file) {
    add_optional(command, "--password-file", file, "File with the password; without it you are asked",
                 "FILE");
}

void define_user_list(CLI::App& user, Chosen& chosen) {
    CLI::App& command = *user.add_subcommand("list", "List the accounts, without anything secret");
    auto options = std::make_shared<DeskUserListOptions>();
    add_accounts_file(command, options->accounts);
    command.add_flag("--json", options->json, "Answer in JSON, for programs");
    command.footer(exit_codes_of_users);
    choose(command, chosen, options, desk_user_list);
}

void define_user_add(CLI::App& user, Chosen& chosen) {
    CLI::App& command = *user.add_subcommand("add", "Make an account");
    auto options = std::make_shared<DeskUserAddOptions>();
    add_account_name(command, options->name);
    std::vector<std::string> names;
    for (const auto& named : sign_in::role_names) names.emplace_back(named.name);
    command
        .add_option_function<std::string>(
            "--role",
            [options](const std::string& name) {
                options->role = sign_in::role_names.value_of(name).value();
            },
            "What the account may do")
        ->type_name(join(names, "|"))
        ->check(CLI::IsMember(names).description(""))
        ->required();
    add_password_file(command, options->password_file);
    command.add_flag("--one-time-code", options->one_time_code,
                     "Ask for a code of an authenticator app, too; prints what to enter there");
    add_accounts_file(command, options->accounts);
    command.footer(
        std::string("A viewer sees figures, registers and logs. An officer also looks people up, issues\n"
                    "certificates and searches for what is left. A password has at least 12 characters.\n\n"
                    "Example: mautic-gdprd desk user add anna --role officer --one-time-code\n\n") +
        exit_codes_of_users);
    choose(command, chosen, options, desk_user_add);
}

void define_user_password(CLI::App& user, Chosen& chosen) {
    CLI::App& command = *user.add_subcommand("password", "Give an account another password");
    auto options = std::make_shared<DeskUserPasswordOptions>();
    add_account_name(command, options->name);
    add_password_file(command, options->password_file);
    add_accounts_file(command, options->accounts);
    command.footer(exit_codes_of_users);
    choose(command, chosen, options, desk_user_password);
}

void define_user_command(CLI::App& user, Chosen& chosen, const char* name, const char* description,
                         ExitCode (*run)(const DeskUserOptions&)) {
    CLI::App& command = *user.add_subcommand(name, description);
    auto options = std::make_shared<DeskUserOptions>();
    add_account_name(command, options->name);
    add_accounts_file(command, options->accounts);
    command.footer(exit_codes_of_users);
    choose(command, chosen, options, run);
}

void define_user_one_time_code(CLI::App& user, Chosen& chosen) {
    CLI::App& command =
        *user.add_subcommand("one-time-code", "Ask an account for a code of an authenticator app, too");
    auto options = std::make_shared<DeskUserOneTimeCodeOptions>();
    add_account_name(command, options->name);
    command.add_flag("--off", options->off, "The password alone is enough");
    add_accounts_file(command, options->accounts);
    command.footer(
        std::string("Makes a new secret and prints it, this once: enter it in the app. A former one counts\n"
                    "no more.\n\n") +
        exit_codes_of_users);
    choose(command, chosen, options, desk_user_one_time_code);
}

CLI::App* define_users(CLI::App& desk, Chosen& chosen) {
    CLI::App& command = *desk.add_subcommand("user", "Say who may sign in to the desk");
    command.require_subcommand(1);
    command.footer(
        "The accounts are in a file of their own, which the desk only reads: nobody makes themselves an\n"
        "officer by way of the desk. Sessions of an account end when anything of it is changed.");
    define_user_add(command, chosen);
    define_user_list(command, chosen);
    define_user_password(command, chosen);
    define_user_command(command, chosen, "lock", "Keep an account out until it is unlocked", desk_user_lock);
    define_user_command(command, chosen, "unlock", "Let a locked account in again", desk_user_unlock);
    define_user_command(command, chosen, "remove", "Remove an account", desk_user_remove);
    define_user_one_time_code(command, chosen);
    return &command;
}

CLI::App* define_desk_check(CLI::App& desk, Chosen& chosen) {
    CLI::App& command =
        *desk.add_subcommand("check", "Can the desk be opened, and does it do no more than it should?");
    auto options = std::make_shared<CommonOptions>();
    add_config(command, *options);
    command.footer(
        "Reads the configuration and the accounts, and logs in to the database as the desk does: its "
        "account\n"
        "must be able to read and to add to the logs, and must not be able to change anything else.\n\n"
        "Exit codes: 0 it can, 1 no database, 2 bad configuration, 3 something is to be mended.");
    choose(command, chosen, options, desk_check);
    return &command;
}

}  // namespace

void define_desk(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("desk", "The officer's desk: web pages for those who answer for the data");
    auto options = std::make_shared<CommonOptions>();
    add_config(command, *options);
    CLI::App* check = define_desk_check(command, chosen);
    CLI::App* users = define_users(command, chosen);
    command.footer(
        "Serves the pages until it is told to stop; mautic-gdprd-desk.service runs it. It has an account of "
        "its\nown on the database, which reads and adds to the logs: `mautic-gdprd grants --desk`. Settings "
        "are "
        "in [desk].\n\n"
        "Exit codes: 0 stopped, 1 failed, 2 bad usage or configuration.");
    command.callback([&chosen, options, check, users] {
        if (check->parsed() || users->parsed()) return;
        chosen = [options] { return desk(*options); };
    });
}

}  // namespace gdprd::command
