#include "daemon/command/command_line.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/text.h"
#include "daemon/command/definitions.h"

namespace gdprd::command {

namespace {

std::string help_command(const CLI::App& app) {
    std::string words = "mautic-gdprd ";
    for (auto chosen = app.get_subcommands(); !chosen.empty(); chosen = chosen.front()->get_subcommands()) {
        words += chosen.front()->get_name() + ' ';
    }
    return words + "--help";
}

// An address must not come back on the terminal or in a service's log, whoever typed it where.
bool could_be_address(const std::string& text) { return text.find('@') != std::string::npos; }

bool takes_personal_data(const std::string& command) { return command == "lookup" || command == "verify"; }

[[noreturn]] void refuse_personal_data(const std::string& command) {
    const std::string what = command == "lookup" ? "address" : "value";
    throw ConfigurationError(
        command + ": takes no " + what +
            " on the command line; other users see it there, and the shell's history keeps it",
        "Run `mautic-gdprd " + command + "` and type the " + what +
            " when asked, or send it to standard input");
}

[[noreturn]] void refuse(const CLI::App& app, const std::string& what) {
    throw ConfigurationError(what, "See `" + help_command(app) + '`');
}

std::vector<std::string> option_names(const CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::Option* option : app.get_options()) {
        for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
    }
    return names;
}

std::vector<std::string> command_names(CLI::App& app) {
    std::vector<std::string> names;
    for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
        names.push_back(command->get_name());
    }
    return names;
}

CLI::App& innermost(CLI::App& app) {
    const auto chosen = app.get_subcommands();
    return chosen.empty() ? app : innermost(*chosen.front());
}

[[noreturn]] void refuse_extra(CLI::App& app) {
    CLI::App& command = innermost(app);
    const std::string prefix = &command == &app ? "" : command.get_name() + ": ";
    for (const std::string& extra : app.remaining(true)) {
        const bool is_option = extra.starts_with('-');
        if (takes_personal_data(command.get_name()) && (!is_option || could_be_address(extra))) {
            refuse_personal_data(command.get_name());
        }
        if (could_be_address(extra)) refuse(app, prefix + "an argument is not one of its options");
        const std::string name = extra.substr(0, extra.find('='));
        const std::string nearest =
            nearest_name(name, is_option ? option_names(command) : command_names(command));
        refuse(app, prefix + (is_option ? "no such option: " : "unexpected argument: ") + name +
                        (nearest.empty()   ? ""
                         : nearest == name ? "; it belongs behind the name of the command"
                                           : "; did you mean " + nearest + '?'));
    }
    refuse(app, prefix + "too many arguments");
}

}  // namespace

ExitCode run(const std::vector<std::string>& arguments) {
    CLI::App app("", "mautic-gdprd");
    Chosen chosen;
    define_commands(app, chosen);
    try {
        app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::Success& help) {
        app.exit(help, std::cout, std::cerr);
        return ExitCode::done;
    } catch (const CLI::ParseError& error) {
        // What CLI11 says about a missing command hides the misspelt one.
        if (!app.remaining(true).empty()) refuse_extra(app);
        const std::string text = error.what();
        if (text.find("subcommand") != std::string::npos) refuse(app, "a command is missing");
        if (could_be_address(text)) refuse(app, "an argument is not what this command takes");
        refuse(app, text);
    }
    return chosen();
}

}  // namespace gdprd::command
