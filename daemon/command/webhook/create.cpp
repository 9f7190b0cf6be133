#include <algorithm>
#include <iostream>

#include "base/error.h"
#include "base/random.h"
#include "base/secret.h"
#include "base/text.h"
#include "config/config.h"
#include "config/text_rules.h"
#include "daemon/command/webhook.h"
#include "daemon/command/webhook/mautic_api.h"
#include "mautic/local_config.h"
#include "webhook_setup/address.h"
#include "webhook_setup/state.h"

namespace gdprd::command {

namespace {

using webhook_setup::ApiWebhook;
using webhook_setup::ApiWebhookChange;

constexpr const char* usual_name = "mautic-gdprd";
constexpr std::size_t fresh_secret_bytes = 32;

Url url_from(const std::string& text, const std::string& where) {
    const auto url = parse_url(text);
    if (!url) {
        throw ConfigurationError("webhook create: " + where + " is not a URL of http or https",
                                 "It looks like https://mautic.example.org, without a user's name before the "
                                 "host, which is written "
                                 "in ASCII (xn--…)");
    }
    return *url;
}

// "" when it is not known for sure.
std::string site_url(const config::Config& config) try {
    if (config.mautic.directory.empty()) return "";
    return mautic::read_local_config(config.mautic.directory, environment_variable)
        .site_url.text.value_or("");
} catch (const ConfigurationError&) {
    return "";
}

bool is_this_machine(const Url& url) { return url.host == "localhost" || config::is_loopback(url.host); }

Url mautic_address(const WebhookCreateOptions& options, const config::Config& config) {
    const std::string text = options.mautic ? *options.mautic : site_url(config);
    if (text.empty()) {
        throw ConfigurationError("webhook create: Mautic's address is not known",
                                 "Give it by --mautic https://mautic.example.org");
    }
    const Url url = url_from(text, options.mautic ? "--mautic" : "Mautic's site_url");
    if (!url.tls && !is_this_machine(url) && !options.allow_plain_http) {
        throw ConfigurationError("webhook create: " + url.shown() + " would get the login unencrypted",
                                 "Give Mautic's https address, or add --allow-plain-http");
    }
    return url;
}

// What Mautic is to post to, as it is to be entered there.
std::string own_url(const WebhookCreateOptions& options, const config::Config& config) {
    const std::string text = options.url.value_or(config.webhook.url);
    if (text.empty()) {
        throw ConfigurationError("webhook create: it is not known what Mautic is to post to",
                                 "Give it by --url https://gdpr.example.org/webhook, or set [webhook] url");
    }
    url_from(text, options.url ? "--url" : "[webhook] url");
    return text;
}

bool is_accepted(const std::optional<std::string>& secret, const config::WebhookOptions& daemon) {
    if (daemon.secrets_from_database) return !secret || !secret->empty();
    return secret && std::any_of(daemon.secrets.begin(), daemon.secrets.end(),
                                 [&](const std::string& one) { return same_secret(one, *secret); });
}

// The query of a URL, with its '?'; "" for none.
std::string query_of(const std::string& url) {
    const auto begin = url.find('?');
    return begin == std::string::npos ? "" : url.substr(begin, url.find('#') - begin);
}

// Where the query that is asked for tells receivers behind one path apart, a webhook with another one is ours
// only if it has our secret.
bool is_ours(const ApiWebhook& webhook, const std::string& url, const config::WebhookOptions& daemon) {
    if (!webhook_setup::points_at(webhook.url, {url, ""})) return false;
    const std::string query = query_of(url);
    return query.empty() || query_of(webhook.url) == query ||
           (webhook.secret && is_accepted(webhook.secret, daemon));
}

// The webhook's URL with the path, and the query if one is asked for, that it must have. A slash at the end
// of the path makes another one for the daemon. What stands before the host is the proxy's business.
std::string mended(const std::string& has, const std::string& url) {
    const Url wanted = *parse_url(url);
    const auto scheme = has.find("://");
    if (scheme == std::string::npos) return url;
    const auto path = std::min(has.find_first_of("/?#", scheme + 3), has.size());
    const std::string query = wanted.query.empty() ? query_of(has) : wanted.query;
    return has.substr(0, path) + wanted.path + query;
}

// `webhook` is empty for one that is to be made.
ApiWebhookChange change_of(const std::optional<ApiWebhook>& webhook, const WebhookCreateOptions& options,
                           const std::string& url, const config::WebhookOptions& daemon) {
    ApiWebhookChange change;
    if (!webhook) {
        change.name = options.name.value_or(usual_name);
    } else if (options.name && *options.name != webhook->name) {
        change.name = options.name;
    }
    const std::string posts_to = webhook ? mended(webhook->url, url) : url;
    if (!webhook || posts_to != webhook->url.substr(0, webhook->url.find('#'))) change.url = posts_to;
    if (!webhook || !is_accepted(webhook->secret, daemon)) {
        change.secret = daemon.secrets.empty() ? random_hex(fresh_secret_bytes) : daemon.secrets.front();
    }
    for (const char* event : {webhook_setup::opt_out_event, webhook_setup::deletion_event}) {
        if (!webhook || !webhook->tells(event)) change.events.emplace_back(event);
    }
    change.publish = !webhook || !webhook->published;
    return change;
}

// Those in order first, then the published ones.
std::vector<ApiWebhook> ours_among(const std::vector<ApiWebhook>& all, const WebhookCreateOptions& options,
                                   const std::string& url, const config::WebhookOptions& daemon) {
    std::vector<ApiWebhook> ours;
    std::copy_if(all.begin(), all.end(), std::back_inserter(ours),
                 [&](const ApiWebhook& webhook) { return is_ours(webhook, url, daemon); });
    std::stable_partition(ours.begin(), ours.end(),
                          [](const ApiWebhook& webhook) { return webhook.published; });
    std::stable_partition(ours.begin(), ours.end(), [&](const ApiWebhook& webhook) {
        return change_of(webhook, options, url, daemon).is_empty();
    });
    return ours;
}

// Mautic gets the secret as JSON text, and its forms trim what they get.
void refuse_unsendable(const config::WebhookOptions& daemon, const std::optional<std::string>& name) {
    const auto is_sendable = [](const std::string& text) {
        return webhook_setup::is_json_text(text) && trimmed(text) == text;
    };
    if (!daemon.secrets.empty() && !is_sendable(daemon.secrets.front())) {
        throw ConfigurationError(
            "webhook create: the webhook's secret is no UTF-8 text, or has white space at an "
            "end: Mautic would store another one",
            "Write another secret into the file of [webhook] secret_files, such as `openssl "
            "rand -hex 32` prints");
    }
    if (name && !is_sendable(*name)) {
        throw ConfigurationError("webhook create: --name is no UTF-8 text, or has white space at an end",
                                 "Give another name");
    }
}

std::string in_words(const ApiWebhookChange& change, const ApiWebhook& before) {
    std::vector<std::string> parts;
    if (change.name) parts.emplace_back("name");
    if (change.url) parts.emplace_back("URL");
    if (change.secret) {
        parts.emplace_back(before.secret ? "secret"
                                         : "secret (this Mautic does not show it, so it was set again)");
    }
    if (!change.events.empty()) parts.emplace_back("events");
    if (change.publish) parts.emplace_back("published");
    return join(parts, ", ");
}

// Mautic leaves out without a word what the account may not do.
std::vector<std::string> left_undone(const ApiWebhook& webhook, const ApiWebhookChange& change) {
    std::vector<std::string> undone;
    if (change.url && webhook.url != *change.url) undone.emplace_back("it still has another URL");
    if (change.name && webhook.name != *change.name) undone.emplace_back("it still has another name");
    if (change.secret && webhook.secret && *webhook.secret != *change.secret) {
        undone.emplace_back("it has another secret than it was given");
    }
    if (!webhook.published) {
        undone.emplace_back(
            "it is not published: the account's role lacks the permission to publish webhooks");
    }
    for (const char* event : {webhook_setup::opt_out_event, webhook_setup::deletion_event}) {
        if (!webhook.tells(event)) undone.push_back(std::string("it does not tell of ") + event);
    }
    return undone;
}

void print_others(const std::vector<ApiWebhook>& ours) {
    if (ours.size() < 2) return;
    std::vector<std::string> ids;
    for (auto webhook = ours.begin() + 1; webhook != ours.end(); ++webhook) {
        ids.push_back(std::to_string(webhook->id));
    }
    std::cout << "More webhooks of Mautic post to this URL, and were left alone: " << join(ids, ", ")
              << ".\n  An event that arrives twice does no harm; delete them in Mautic.\n";
}

void print_remarks(const std::string& text, const config::Config& config) {
    const Url url = *parse_url(text);
    if (!url.tls && !is_this_machine(url)) {
        std::cout << "Payloads hold personal data, and this URL has them cross the network unencrypted.\n";
    }
    if (!url.path.ends_with(config.webhook.path)) {
        std::cout << "The daemon listens on the path " << config.webhook.path
                  << "; the reverse proxy must pass on that one, or set [listen] path.\n";
        if (config.webhook.url.empty())
            std::cout << "Set [webhook] url, so that `check` finds the webhook.\n";
    }
    if (url.host == "localhost" || webhook_setup::is_private_address(url.host)) {
        std::cout << "Mautic 7 sends nothing to a private or loopback address: list " << url.host
                  << " in\n  webhook_allowed_private_addresses (Configuration > Webhook Settings).\n";
    }
    std::cout << "Then `mautic-gdprd webhook test`.\n";
}

}  // namespace

ExitCode webhook_create(const WebhookCreateOptions& options) {
    const config::Config config = config::load_config(options.common.config_file);
    const Url address = mautic_address(options, config);
    const std::string url = own_url(options, config);
    refuse_unsendable(config.webhook, options.name);
    http::ClientOptions client;
    client.ca_file = options.ca_file;
    MauticApi api(
        address,
        read_login(options.oauth2 ? webhook_setup::ApiLogin::oauth2 : webhook_setup::ApiLogin::basic,
                   options.login_file),
        client);
    const auto ours = ours_among(api.webhooks(), options, url, config.webhook);
    const auto found = ours.empty() ? std::nullopt : std::optional(ours.front());
    const ApiWebhookChange change = change_of(found, options, url, config.webhook);
    if (found && change.is_empty()) {
        std::cout << "Mautic's webhook " << found->id << " is as it must be; nothing was changed.\n";
        print_others(ours);
        print_remarks(url, config);
        return ExitCode::done;
    }
    const ApiWebhook now = found ? api.change(found->id, change) : api.create(change);
    std::cout << "Mautic's webhook " << now.id << " was "
              << (found ? "mended: " + in_words(change, *found)
                        : "made; it posts to " + parse_url(url)->shown())
              << ".\n";
    print_others(ours);
    const auto undone = left_undone(now, change);
    for (const std::string& what : undone) std::cout << "But " << what << ".\n";
    print_remarks(url, config);
    return undone.empty() ? ExitCode::done : ExitCode::not_everything;
}

}  // namespace gdprd::command
