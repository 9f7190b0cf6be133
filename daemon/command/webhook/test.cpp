#include <iostream>
#include <set>
#include <vector>

#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "daemon/command/webhook.h"
#include "daemon/command/webhook/diagnosis.h"
#include "webhook_setup/state.h"

namespace gdprd::command {

namespace {

struct Sample {
    std::string name;  // "Mautic's webhook 3"
    std::string url;
    std::string secret;
    bool is_published = true;
};

std::vector<webhook_setup::Webhook> read_from_mautic(const config::Config& config,
                                                     const webhook_setup::WebhookTarget& target) {
    const database::ThreadScope thread;
    database::Connection connection(config.database);
    return webhook_setup::read_webhooks(connection, config.mautic.table_prefix, target);
}

// As Mautic signs: with its own secret, which may be another one than the daemon's.
std::vector<Sample> samples_of_mautic(const config::Config& config,
                                      const webhook_setup::WebhookTarget& target) {
    std::vector<Sample> samples;
    for (const webhook_setup::Webhook& webhook : read_from_mautic(config, target)) {
        samples.push_back({"Mautic's webhook " + std::to_string(webhook.id), webhook.url, webhook.secret,
                           webhook.published});
    }
    return samples;
}

// Of URLs that only end alike some may be other receivers', who would get a validly signed sample.
void refuse_strangers(const std::vector<Sample>& samples, const webhook_setup::WebhookTarget& target) {
    if (!target.url.empty()) return;
    std::set<std::string> servers;
    for (const Sample& sample : samples) servers.insert(webhook_setup::server_of(sample.url));
    if (servers.size() < 2) return;
    throw ConfigurationError("webhook test: webhooks of Mautic with a URL that ends in " + target.path +
                                 " post to several servers: " + join({servers.begin(), servers.end()}, ", "),
                             "Say which is this daemon's by --url, or set [webhook] url");
}

std::vector<Sample> samples_for(const WebhookTestOptions& options, const config::Config& config) {
    if (options.url && !config.webhook.secrets.empty()) {
        return {{"--url", *options.url, config.webhook.secrets.front()}};
    }
    const webhook_setup::WebhookTarget target{options.url.value_or(config.webhook.url), config.webhook.path};
    auto samples = samples_of_mautic(config, target);
    if (samples.empty()) {
        throw ConfigurationError(
            "webhook test: no webhook of Mautic has " +
                (target.url.empty() ? "a URL that ends in " + target.path : std::string("the URL asked for")),
            "Make one with `mautic-gdprd webhook create`, or give --url");
    }
    refuse_strangers(samples, target);
    return samples;
}

void try_out(const Sample& sample, SecretsOf secrets, const http::ClientOptions& client,
             CheckReport& report) {
    const auto url = parse_url(sample.url);
    if (!url) {
        return report.problem(
            "URL", "not a URL of http or https",
            "It looks like https://gdpr.example.org/webhook, without a user's name before the host");
    }
    std::cout << sample.name << ": " << url->shown() << '\n';
    if (!sample.is_published) {
        report.problem("webhook", "not published: Mautic sends nothing",
                       "Find out why Mautic switched it off, then run `mautic-gdprd webhook create`");
    }
    if (sample.secret.empty()) {
        return report.problem("signature", "the webhook has no secret in Mautic",
                              "`mautic-gdprd webhook create` sets one");
    }
    diagnose(*url, sample.secret, secrets, client, report);
}

}  // namespace

ExitCode webhook_test(const WebhookTestOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    http::ClientOptions client;
    client.ca_file = options.ca_file;
    const auto secrets = config.webhook.secrets_from_database ? SecretsOf::database : SecretsOf::files;
    ExitCode code = ExitCode::done;
    for (const Sample& sample : samples_for(options, config)) {
        CheckReport report;
        try_out(sample, secrets, client, report);
        report.print();
        if (report.count(CheckLine::Kind::problem) > 0) code = ExitCode::not_everything;
    }
    return code;
}

}  // namespace gdprd::command
