#include "daemon/command/definitions.h"

#include <CLI/CLI.hpp>
#include <charconv>
#include <memory>

#include "daemon/command/check.h"
#include "daemon/command/coverage.h"
#include "daemon/command/describe.h"
#include "daemon/command/erase.h"
#include "daemon/command/init.h"
#include "daemon/command/lookup.h"
#include "daemon/command/plan.h"
#include "daemon/command/queue.h"
#include "daemon/command/serve.h"
#include "daemon/command/verify.h"

namespace gdprd::command {

namespace {

void add_config(CLI::App& command, CommonOptions& options) {
    command.add_option("--config", options.config_file, "Configuration file")
        ->type_name("FILE")
        ->capture_default_str();
}

void add_common(CLI::App& command, CommonOptions& options) {
    add_config(command, options);
    command.add_flag("--json", options.json, "Answer in JSON, for programs");
}

// CLI11 takes -1, and whatever is too large, for the largest number there is.
CLI::Validator is_contact_id() {
    const auto complaint = [](const std::string& text) -> std::string {
        ContactId id = 0;
        const char* end = text.data() + text.size();
        const auto [stopped_at, error] = std::from_chars(text.data(), end, id);
        if (error == std::errc{} && stopped_at == end && id != 0) return {};
        return "not the id of a contact; it is the number in the address of the contact's page in Mautic";
    };
    return {[complaint](std::string& text) { return complaint(text); }, ""};
}

CLI::Option* add_contacts(CLI::App& command, std::vector<ContactId>& contacts, const char* description) {
    return command.add_option("--contact", contacts, description)
        ->type_name("ID")
        ->check(is_contact_id())
        ->expected(1, 10'000);
}

template <typename T>
void add_optional(CLI::App& command, const char* name, std::optional<T>& value, const char* description,
                  const char* type) {
    command.add_option(name, value, description)->type_name(type);
}

// Options live as long as the callback that reads them.
template <typename Options, typename Run>
void choose(CLI::App& command, Chosen& chosen, std::shared_ptr<Options> options, Run run) {
    command.callback([&chosen, options, run] { chosen = [options, run] { return run(*options); }; });
}

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
    auto options = std::make_shared<CommonOptions>();
    add_common(command, *options);
    command.footer(
        "Looks at configuration, secrets, data map, database, schema, policy, grants, ledger and queue.\n"
        "Changes nothing and does not disturb a running daemon. Rights are really tried, with statements "
        "that "
        "match no row.\n\n"
        "Exit codes: 0 no problem (there may be warnings), 3 a problem.");
    choose(command, chosen, options, check);
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

void define_coverage(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "coverage", "List every column tied to contacts in this database, and what becomes of it");
    auto options = std::make_shared<CommonOptions>();
    add_common(command, *options);
    command.footer(
        "Tied to contacts is what the data map says, and every table with a foreign key to contacts or a "
        "column\n"
        "lead_id or contact_id. What nobody decided about is unknown: see [policy] unknown.\n\n"
        "Exit codes: 0 nothing is unknown, 1 no database, 2 the policy does not fit the schema, 3 something "
        "is "
        "unknown.");
    choose(command, chosen, options, coverage);
}

void define_describe(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("describe", "Print the data map in plain words, for whoever answers for it");
    auto options = std::make_shared<DescribeOptions>();
    command
        .add_option("--data-map", options->data_maps,
                    "The data map that came with the program, then files of your own")
        ->type_name("FILE")
        ->expected(1, 100)
        ->capture_default_str();
    command.footer(
        "Markdown. Contact fields are described as the sample configuration treats them; `plan` and "
        "`coverage`\n"
        "go by yours. Needs neither a database nor a configuration.\n\n"
        "Exit codes: 0 printed, 2 a data map cannot be used.");
    choose(command, chosen, options, describe);
}

void define_erase(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("erase", "Erase contacts now, each in one transaction");
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

void define_lookup(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("lookup", "Was this address ever here, and what became of it?");
    auto options = std::make_shared<LookupOptions>();
    add_common(command, options->common);
    command.add_flag("--fast", options->fast, "Leave out addresses a contact had before");
    command.add_option("--key-file", options->key_files, "A hash key of former times, to search by it too")
        ->type_name("FILE")
        ->expected(1, 100);
    command.footer(
        "Asks for the address, or reads it from standard input. It is never taken from the command line, "
        "which\n"
        "other users can see and the shell keeps. The address is not printed and not logged.\n\n"
        "Without --fast all of email_stats is read once, because nothing there is indexed by address: some\n"
        "seconds for each ten million mails. No row is locked.\n\n"
        "Example: mautic-gdprd lookup --json < address.txt\n\n"
        "Exit codes: 0 found, 1 failed, 2 bad usage or configuration, 4 not found.");
    choose(command, chosen, options, lookup);
}

void define_verify(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("verify", "Search the whole database for what identified a person");
    auto options = std::make_shared<VerifyOptions>();
    add_common(command, options->common);
    command.add_flag("--strong-only", options->strong_only,
                     "Leave out what could be somebody else, like a first name");
    command.add_flag("--logs", options->logs, "Search Mautic's log files, too; needs [mautic] directory");
    command.add_flag("--no-progress", options->no_progress, "No progress bar");
    command.footer(
        "Asks for the values (addresses, names, phone numbers), or reads them from standard input, one a "
        "line;\n"
        "200 at most. They are never taken from the command line, not sent to the server, not printed and "
        "not\n"
        "logged.\n\n"
        "Reads every text, JSON and blob column of every table, the ledger's among them, as of one moment "
        "and\n"
        "without locking a row. Finds values as they are, URL-encoded, JSON-escaped, in HTML, in base64 and "
        "in\n"
        "zlib streams. Ctrl-C ends it and prints what was found so far.\n\n"
        "Example: mautic-gdprd verify --logs < values.txt\n\n"
        "Exit codes: 0 nothing found, 1 ended early, or nothing found and not everything searched,\n"
        "2 bad usage or configuration, 3 something was found.");
    choose(command, chosen, options, verify);
}

void define_queue_list(CLI::App& queue_command, Chosen& chosen) {
    using queue::JobState;
    CLI::App& command = *queue_command.add_subcommand("list", "List jobs, the next ones first");
    auto options = std::make_shared<QueueListOptions>();
    add_common(command, options->common);
    std::map<std::string, JobState> states;
    for (const JobState state :
         {JobState::ready, JobState::waiting, JobState::running, JobState::settling, JobState::parked}) {
        states.emplace(queue::name_of(state), state);
    }
    command
        .add_option_function<std::string>(
            "--state", [options, states](const std::string& name) { options->state = states.at(name); },
            "Only jobs in this state: ready, waiting, running, settling or parked")
        ->type_name("STATE")
        ->check(CLI::IsMember(states).description(""));
    command.add_option("--limit", options->limit, "At most so many jobs")
        ->type_name("N")
        ->check(CLI::Range(std::size_t{1}, std::size_t{1'000'000}).description(""))
        ->capture_default_str();
    choose(command, chosen, options, queue_list);
}

void define_queue(CLI::App& app, Chosen& chosen) {
    CLI::App& command =
        *app.add_subcommand("queue", "See what is still to be done; retry what was given up on");
    command.require_subcommand(1);
    command.footer("Works beside a running daemon. The jobs name contacts by their ids only.");
    CLI::App& status = *command.add_subcommand("status", "Jobs by state, age of the oldest request");
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
}

void define_init(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "init", "Write a configuration with random secrets and make the ledger; never overwrites");
    auto options = std::make_shared<InitOptions>();
    auto* directory = command.add_option("--directory", options->directory, "Where the files go")
                          ->type_name("DIR")
                          ->capture_default_str();
    command
        .add_option("--config", options->config_file,
                    "The configuration file, elsewhere or under another name")
        ->type_name("FILE")
        ->excludes(directory);
    add_optional(command, "--database-name", options->database_name, "Mautic's database", "NAME");
    add_optional(command, "--database-user", options->database_user, "The daemon's user there", "NAME");
    auto* socket =
        command.add_option("--database-socket", options->database_socket, "The server's Unix socket")
            ->type_name("FILE");
    command.add_option("--database-host", options->database_host, "The server")
        ->type_name("HOST")
        ->excludes(socket);
    command.add_option("--database-port", options->database_port, "The server's port")
        ->type_name("PORT")
        ->excludes(socket);
    add_optional(command, "--password-file", options->password_file,
                 "File with that user's password; \"\" for none. Without this option a random one is made",
                 "FILE");
    add_optional(command, "--table-prefix", options->table_prefix, "db_table_prefix of Mautic's local.php",
                 "TEXT");
    add_optional(command, "--ledger-database", options->ledger_database, "The ledger's database", "NAME");
    add_optional(command, "--data-map", options->data_map, "The contact data map", "FILE");
    add_optional(command, "--queue-directory", options->queue_directory, "Where the queue is kept", "DIR");
    add_optional(command, "--url", options->url, "What Mautic reaches the daemon by, to be printed", "URL");
    command.add_flag("--ledger-only", options->ledger_only,
                     "Only make the ledger, with the configuration as it is");
    command.footer(
        "Prints what to enter in Mautic, the webhook's secret among it.\n\n"
        "Example: mautic-gdprd init --database-name mautic --url https://gdpr.example.org/webhook\n\n"
        "Exit codes: 0 done, 1 failed, 2 a file is there already or an option is wrong (nothing is changed "
        "then),\n"
        "3 the files are written, but the ledger could not be made.");
    choose(command, chosen, options, init);
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
    define_lookup(app, chosen);
    define_verify(app, chosen);
    define_queue(app, chosen);
    define_init(app, chosen);
    // Last, because commands take over the footer they find.
    app.footer(
        std::string("Example: a new installation\n"
                    "  mautic-gdprd init --database-name mautic --url https://gdpr.example.org/webhook\n"
                    "  mautic-gdprd check\n"
                    "  mautic-gdprd plan\n"
                    "  systemctl enable --now mautic-gdprd\n\n"
                    "`mautic-gdprd COMMAND --help` says more.\n\n") +
        exit_codes_help);
}

}  // namespace gdprd::command
