// The commands for Mautic's webhook.
#include "daemon/command/definition_parts.h"
#include "daemon/command/webhook.h"

namespace gdprd::command {

namespace {

void add_ca_file(CLI::App& command, std::string& file) {
    command
        .add_option(
            "--ca-file", file,
            "PEM file of the authority that signed the certificate, instead of the system's authorities")
        ->type_name("FILE");
}

void define_webhook_create(CLI::App& webhook_command, Chosen& chosen) {
    CLI::App& command =
        *webhook_command.add_subcommand("create", "Make or mend the webhook through Mautic's API");
    auto options = std::make_shared<WebhookCreateOptions>();
    add_config(command, options->common);
    add_optional(command, "--mautic", options->mautic,
                 "Mautic's address; without it the site_url of Mautic in [mautic] directory", "URL");
    add_optional(command, "--url", options->url, "What Mautic is to post to; without it [webhook] url",
                 "URL");
    add_optional(command, "--name", options->name, "The webhook's name in Mautic", "NAME");
    command.add_flag(
        "--oauth", options->oauth2,
        "Log in with the id and secret of API credentials instead of a user's name and password");
    command
        .add_option("--login-file", options->login_file,
                    "File of two lines, name and password; without it you are asked for them")
        ->type_name("FILE");
    add_ca_file(command, options->ca_file);
    command.add_flag("--allow-plain-http", options->allow_plain_http,
                     "Send the login unencrypted to another machine");
    command.footer(
        "The webhook that posts to the URL gets what it lacks: both events, a secret that the daemon knows, "
        "and it\nis published. If there is none, one is made. Other webhooks are left alone, and a second "
        "run "
        "changes nothing.\nIn Mautic, switch on the API, and basic auth or API credentials (Configuration > "
        "API "
        "Settings).\n\n"
        "Example: mautic-gdprd webhook create --mautic https://mautic.example.org --url "
        "https://gdpr.example.org/webhook\n\n"
        "Exit codes: 0 done, 1 Mautic cannot be reached or refuses, 2 bad usage or configuration, 3 Mautic "
        "did not "
        "do\nall of it.");
    choose(command, chosen, options, webhook_create);
}

void define_webhook_test(CLI::App& webhook_command, Chosen& chosen) {
    CLI::App& command = *webhook_command.add_subcommand(
        "test", "Post a sample to the daemon by the public URL, and say how far it came");
    auto options = std::make_shared<WebhookTestOptions>();
    add_config(command, options->common);
    add_optional(command, "--url", options->url,
                 "The URL; without it those of Mautic's webhooks to this daemon", "URL");
    add_ca_file(command, options->ca_file);
    command.footer(
        "The sample has no contact in it, and erases nobody. It is signed with the secret that Mautic has. "
        "When "
        "it\nwas taken, one with a forged signature follows, which must be refused.\n\n"
        "Example: mautic-gdprd webhook test\n\n"
        "Exit codes: 0 it arrived, 1 no database, 2 bad usage or configuration, 3 it did not arrive.");
    choose(command, chosen, options, webhook_test);
}

}  // namespace

void define_webhook(CLI::App& app, Chosen& chosen) {
    CLI::App& command = *app.add_subcommand("webhook", "Make Mautic's webhook, and try it");
    command.require_subcommand(1);
    define_webhook_create(command, chosen);
    define_webhook_test(command, chosen);
}

}  // namespace gdprd::command
