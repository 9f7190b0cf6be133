// The commands of whoever installs the daemon.
#include "daemon/command/copy_config.h"
#include "daemon/command/definition_parts.h"
#include "daemon/command/grants.h"
#include "daemon/command/init.h"

namespace gdprd::command {

void define_init(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "init", "Write a configuration with random secrets and make the ledger; never overwrites");
    auto options = std::make_shared<InitOptions>();
    auto* directory = command
                          .add_option("--directory", options->directory,
                                      "Where the files go, /etc/mautic-gdprd or the instance's below it")
                          ->type_name("DIR");
    command
        .add_option("--config", options->config_file,
                    "The configuration file, elsewhere or under another name")
        ->type_name("FILE")
        ->excludes(directory);
    add_instance(command, [options](const std::string& name) { options->instance = name; });
    command
        .add_option("--mautic", options->mautic,
                    "Mautic's directory: server, database and prefix are read in its local.php, or asked for")
        ->type_name("DIR");
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
    add_optional(command, "--url", options->url,
                 "What Mautic reaches the daemon by; printed, and kept as [webhook] url", "URL");
    command.add_option("--hash", options->hash, "The hash; init prints what speaks for each")
        ->type_name("md5|sha256")
        ->check(CLI::IsMember({"md5", "sha256"}).description(""));
    command.add_flag("--no-key", options->no_key, "Hash without a key");
    command.add_flag("--key", options->key, "Hash with a random key; the default")->excludes("--no-key");
    command.add_flag("--ledger-only", options->ledger_only,
                     "Only make the ledger, with the configuration as it is");
    command.footer(
        "Prints what to enter in Mautic, the webhook's secret among it.\n\n"
        "Example: mautic-gdprd init --mautic /var/www/mautic --url https://gdpr.example.org/webhook\n\n"
        "Exit codes: 0 done, 1 failed, 2 a file is there already or an option is wrong (nothing is changed "
        "then),\n"
        "3 the files are written, but the ledger could not be made.");
    choose(command, chosen, options, init);
}

void define_grants(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "grants",
        "Print what the database account needs here, or what it lacks; grant it as an administrator");
    auto options = std::make_shared<GrantsOptions>();
    add_config(command, options->common);
    command.add_flag("--missing", options->missing, "Only what the account lacks");
    auto* reapply =
        command.add_flag("--reapply", options->reapply, "Also what `reapply` needs to put opt-outs back");
    command.add_flag("--desk", options->desk, "For the account of the officer's desk, which reads only")
        ->excludes(reapply);
    auto* admin =
        command.add_option("--admin", options->admin, "Log in as this administrator of the server")
            ->type_name("NAME")
            ->check(CLI::Validator(
                [](const std::string& name) { return std::string(name.empty() ? "it has no name" : ""); },
                ""));
    command.add_flag("--apply", options->apply, "Run the statements as that administrator")->needs(admin);
    command
        .add_option("--admin-password-file", options->admin_password_file,
                    "File with the administrator's password; without it you are asked, if one is needed")
        ->type_name("FILE")
        ->needs(admin);
    command.footer(
        "The statements fit the tables, the prefix and the options of this moment. With --admin the account "
        "is\n"
        "made if the server does not let it in. Nothing is run before all statements are known; one that "
        "fails\n"
        "is told and keeps no other one back.\n\n"
        "Example: mautic-gdprd grants --missing --apply --admin root\n\n"
        "Exit codes: 0 done, 1 failed, 2 bad usage or configuration, or the server refuses the account, 3 a "
        "statement\nfailed or something is still missing.");
    choose(command, chosen, options, grants);
}

void define_copy_config(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand(
        "copy-config", "Copy the configuration and the files it names, for the systemd unit");
    auto options = std::make_shared<CopyConfigOptions>();
    add_config(command, options->config_file);
    command.add_option("--to", options->to, "Where to; what else is there is removed")
        ->type_name("DIR")
        ->required();
    command.add_flag("--desk", options->for_desk,
                     "For the officer's desk, which gets no secret of the daemon");
    command.add_option("--owner-of", options->owner_of, "Whose owner gets the copies")->type_name("FILE");
    command.footer(
        "The unit runs it as root: the daemon has a user of its own, who may not read /etc/mautic-gdprd.\n"
        "Files outside of the configuration's directory are not copied.\n\n"
        "Exit codes: 0 copied, 1 failed, 2 the configuration cannot be read.");
    choose(command, chosen, options, copy_config);
}

}  // namespace gdprd::command
