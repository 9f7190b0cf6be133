#include "daemon/command/definitions.h"

#include <CLI/CLI.hpp>
#include <memory>
#include <vector>

#include "base/text.h"
#include "daemon/command/check.h"
#include "daemon/command/definition_parts.h"
#include "daemon/command/erase.h"
#include "daemon/command/plan.h"
#include "daemon/command/queue.h"
#include "daemon/command/serve.h"

namespace gdprd::command {

namespace {

void define_serve(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("serve", "Take Mautic's webhooks and erase; runs until SIGTERM");
    auto options = std::make_shared<CommonOptions>();
    add_config(command, *options);
    command.footer(
        "SIGTERM or SIGINT ends it: requests and erasures in hand are finished first; a second one kills.\n"
        "SIGHUP reads the configuration again; a broken one is refused and the old one stays.");
    choose(command, chosen, options, serve);
}

void define_check(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "check", "Look at everything an erasure needs; say what is wrong and how to mend it");
    struct CheckOptions : CommonOptions {
        bool config_only = false;
        bool all_instances = false;
        std::filesystem::path directory = configuration_directory;
    };
    auto options = std::make_shared<CheckOptions>();
    add_common(command, *options);
    auto* only =
        command.add_flag("--config-only", options->config_only, "Only the files, without the database")
            ->excludes("--json");
    auto* all = command
                    .add_flag("--all-instances", options->all_instances,
                              "Every Mautic of this machine, and what two of them must not share")
                    ->excludes(only)
                    ->excludes("--config")
                    ->excludes("--instance");
    command.add_option("--directory", options->directory, "Where the instances' directories are")
        ->type_name("DIRECTORY")
        ->capture_default_str()
        ->needs(all);
    command.footer(
        "Looks at configuration, secrets, data map, database, schema, policy, grants, ledger and queue.\n"
        "Changes nothing and does not disturb a running daemon. Rights are really tried, with statements "
        "that "
        "match no row.\n\n"
        "Exit codes: 0 no problem (there may be warnings), 3 a problem; with --config-only 2 for a "
        "problem.");
    choose(command, chosen, options, [](const CheckOptions& given) {
        if (given.all_instances) return check_all({given.directory, given.json});
        return given.config_only ? check_config(given) : check(given);
    });
}

void define_plan(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("plan", "Print what an erasure does, per table and column, and why");
    auto options = std::make_shared<PlanOptions>();
    add_common(command, options->common);
    command.add_option("--contact", options->contact, "Count this contact's rows too; changes nothing")
        ->type_name("ID")
        ->check(is_contact_id());
    command.footer(
        "The plan is made of the data map, the policy and the live schema, as for an erasure.\n\n"
        "Example: mautic-gdprd plan --contact 4711\n\n"
        "Exit codes: 0 printed, 1 no database, 2 the policy does not fit the schema, 3 there is no such "
        "contact.");
    choose(command, chosen, options, plan);
}

void define_erase(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("erase", "Erase contacts now, without waiting for the daemon");
    auto options = std::make_shared<EraseOptions>();
    add_common(command, options->common);
    add_contacts(command, options->contacts, "The contacts' ids in Mautic")->required();
    command.add_flag("--dry-run", options->dry_run, "Say what would happen; change nothing");
    command.footer(
        "Only contacts that are do-not-contact in Mautic, as [trigger] asks for it, are erased; others are "
        "skipped.\nThe daemon makes the later passes, when it uses the same queue.\n\n"
        "Example: mautic-gdprd erase --dry-run --contact 4711 4712\n\n"
        "Exit codes: 0 all erased, 1 failed, 2 bad usage or configuration, 3 one was skipped or erased in "
        "part.");
    choose(command, chosen, options, erase);
}

void define_queue_list(CLI::App& queue_command, Chosen& chosen) {
    using queue::JobState;
    CLI::App& command = *queue_command.add_subcommand("list", "List jobs, the next ones first");
    auto options = std::make_shared<QueueListOptions>();
    add_common(command, options->common);
    std::map<std::string, JobState> states;
    std::vector<std::string> names;
    for (const JobState state :
         {JobState::ready, JobState::waiting, JobState::running, JobState::settling, JobState::parked}) {
        states.emplace(queue::name_of(state), state);
        names.emplace_back(queue::name_of(state));
    }
    command
        .add_option_function<std::string>(
            "--state", [options, states](const std::string& name) { options->state = states.at(name); },
            "Only jobs in this state")
        ->type_name(join(names, "|"))
        ->check(CLI::IsMember(states).description(""));
    command.add_option("--limit", options->limit, "At most so many jobs")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
        ->capture_default_str();
    choose(command, chosen, options, queue_list);
}

void define_queue(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("queue", "See what is still to be done; retry what was given up on; continue");
    command.require_subcommand(1);
    command.footer("Works beside a running daemon. The jobs name contacts by their ids only.");
    CLI::App& status =
        *command.add_subcommand("status", "Jobs by state, age of the oldest request, the circuit breaker");
    auto status_options = std::make_shared<CommonOptions>();
    add_common(status, *status_options);
    choose(status, chosen, status_options, queue_status);

    define_queue_list(command, chosen);

    CLI::App& retry = *command.add_subcommand("retry", "Make parked jobs ready again");
    auto retry_options = std::make_shared<QueueRetryOptions>();
    add_config(retry, retry_options->common);
    auto& which = *retry.add_option_group("which");
    add_contacts(which, retry_options->contacts, "The jobs of these contacts");
    which.add_flag("--all", retry_options->all, "All parked jobs");
    which.require_option(1);
    retry.footer(
        "A job is parked after too many failed attempts or an error that trying again does not mend; see\n"
        "`mautic-gdprd queue list --state parked`. Mend the cause first.\n\n"
        "Exit codes: 0 done, 1 no queue, 2 bad usage or configuration, 3 a named contact has no parked job.");
    choose(retry, chosen, retry_options, queue_retry);

    CLI::App& resume = *command.add_subcommand("resume", "Continue after the circuit breaker paused erasing");
    auto resume_options = std::make_shared<CommonOptions>();
    add_config(resume, *resume_options);
    resume.footer(
        "Erasing pauses when more contacts than `[safety] max_per_hour` would be erased without being asked\n"
        "for by hand. Look first whether somebody put everybody on do-not-contact, and undo it in Mautic if\n"
        "so: who is not do-not-contact any more is left alone. Every request that waits now is let through;\n"
        "the limit holds for those that come after it.\n\n"
        "Exit codes: 0 done or not paused, 1 no queue, 2 bad usage or configuration.");
    choose(resume, chosen, resume_options, queue_resume);
}

}  // namespace

void define_commands(CLI::App& app, Chosen& chosen) {
    app.description(
        "Erases and pseudonymises Mautic contacts that opted out, as soon as Mautic's webhook says so.");
    app.set_version_flag("--version", GDPRD_VERSION);
    app.require_subcommand(1);
    define_serve(app, chosen);
    define_check(app, chosen);
    define_plan(app, chosen);
    define_coverage(app, chosen);
    define_describe(app, chosen);
    define_erase(app, chosen);
    define_sweep(app, chosen);
    define_reapply(app, chosen);
    define_lookup(app, chosen);
    define_certificate(app, chosen);
    define_report(app, chosen);
    define_verify(app, chosen);
    define_audit(app, chosen);
    define_ledger(app, chosen);
    define_hash(app, chosen);
    define_queue(app, chosen);
    define_notify(app, chosen);
    define_desk(app, chosen);
    define_init(app, chosen);
    define_grants(app, chosen);
    define_webhook(app, chosen);
    define_copy_config(app, chosen);
    // Last, because commands take over the footer they find.
    app.footer(
        std::string("Example: a new installation\n"
                    "  mautic-gdprd init --mautic /var/www/mautic --url https://gdpr.example.org/webhook\n"
                    "  mautic-gdprd grants --apply --admin root\n"
                    "  mautic-gdprd check\n"
                    "  mautic-gdprd plan\n"
                    "  systemctl enable --now mautic-gdprd\n"
                    "  mautic-gdprd webhook create --mautic https://mautic.example.org "
                    "--url https://gdpr.example.org/webhook\n\n"
                    "`mautic-gdprd COMMAND --help` says more.\n\n") +
        exit_codes_help);
}

}  // namespace gdprd::command
