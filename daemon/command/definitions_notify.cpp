// The commands for notifications of erasures.
#include "base/text.h"
#include "daemon/command/definition_parts.h"
#include "daemon/command/notify.h"

namespace gdprd::command {

namespace {

void define_status(CLI::App& notify_command, Chosen& chosen) {
    CLI::App& command = *notify_command.add_subcommand("status", "What each receiver has not got yet");
    auto options = std::make_shared<CommonOptions>();
    add_common(command, *options);
    choose(command, chosen, options, notify_status);
}

void define_list(CLI::App& notify_command, Chosen& chosen) {
    CLI::App& command = *notify_command.add_subcommand("list", "List notifications, the oldest first");
    auto options = std::make_shared<NotifyListOptions>();
    add_common(command, options->common);
    std::vector<std::string> names;
    for (const auto& named : outbox::delivery_state_names) names.emplace_back(named.name);
    command
        .add_option_function<std::string>(
            "--state",
            [options](const std::string& name) {
                options->state = outbox::delivery_state_names.value_of(name);
            },
            "Only notifications in this state")
        ->type_name(join(names, "|"))
        ->check(CLI::IsMember(names).description(""));
    command.add_option("--limit", options->limit, "At most so many notifications")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
        ->capture_default_str();
    choose(command, chosen, options, notify_list);
}

void define_retry(CLI::App& notify_command, Chosen& chosen) {
    CLI::App& command =
        *notify_command.add_subcommand("retry", "Send notifications again that are parked or wait");
    auto options = std::make_shared<NotifyRetryOptions>();
    add_config(command, options->common);
    auto& which = *command.add_option_group("which");
    add_contacts(which, options->contacts, "Those of these contacts");
    which.add_flag("--all", options->all, "All that are parked or wait");
    which.require_option(1);
    command.footer(
        "A notification is parked after too many failed attempts, or when the receiver says that it wants\n"
        "no more (status 410). One that waits for a later time is sent now. Mend the cause first; "
        "`mautic-gdprd notify test` tries it.\n\n"
        "Exit codes: 0 done, 1 no database, 2 bad usage or configuration, 3 nothing of a named contact is "
        "parked or waits for a later time.");
    choose(command, chosen, options, notify_retry);
}

void define_discard(CLI::App& notify_command, Chosen& chosen) {
    CLI::App& command = *notify_command.add_subcommand(
        "discard", "Remove what a receiver that is not configured any more has not got");
    auto options = std::make_shared<NotifyDiscardOptions>();
    add_config(command, options->common);
    command.add_option("--receiver", options->receiver, "Its name")->type_name("NAME")->required();
    command.footer("Exit codes: 0 done, 1 no database, 2 bad usage, or the receiver is configured.");
    choose(command, chosen, options, notify_discard);
}

void define_test(CLI::App& notify_command, Chosen& chosen) {
    CLI::App& command = *notify_command.add_subcommand(
        "test", "Post a signed test message to the receivers, and say how far it came");
    auto options = std::make_shared<NotifyTestOptions>();
    add_config(command, options->common);
    add_optional(command, "--receiver", options->receiver, "Only this one", "NAME");
    command.footer(
        "The message is of the type \"test\" and tells of nobody.\n\n"
        "Example: mautic-gdprd notify test --receiver crm\n\n"
        "Exit codes: 0 taken, 2 bad usage or configuration, 3 a receiver did not take it.");
    choose(command, chosen, options, notify_test);
}

}  // namespace

void define_notify(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "notify", "See which other systems still wait to be told of erasures; retry; test");
    command.require_subcommand(1);
    command.footer("Works beside a running daemon. It shows contacts by their ids only.");
    define_status(command, chosen);
    define_list(command, chosen);
    define_retry(command, chosen);
    define_discard(command, chosen);
    define_test(command, chosen);
}

}  // namespace gdprd::command
