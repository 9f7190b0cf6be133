#include "daemon/webhook_secrets.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"
#include "base/secret.h"
#include "webhook_setup/state.h"

namespace gdprd::daemon {

namespace {

// Longer than any usual interval of Mautic's cron job.
constexpr Milliseconds waiting_max_usual{900'000};

constexpr Milliseconds quick{1'000};

template <class Secrets>
bool contains(const Secrets& secrets, const std::string& wanted) {
    return std::any_of(secrets.begin(), secrets.end(),
                       [&](const std::string& one) { return same_secret(one, wanted); });
}

}  // namespace

WebhookSecrets::WebhookSecrets(const config::Config& config) : path_(config.webhook.path) {
    replace_configuration(config);
}

webhook::ReceiverSettings WebhookSecrets::settings() const {
    const std::scoped_lock lock(mutex_);
    return settings_locked();
}

// As long as nothing was read from the database, or nothing at all is known, a signature cannot be called
// wrong.
webhook::ReceiverSettings WebhookSecrets::settings_locked() const {
    webhook::ReceiverSettings settings{options_.secrets, triggers_, true};
    if (!options_.secrets_from_database) return settings;
    for (const Found& found : found_) {
        if (!contains(settings.secrets, found.secret)) settings.secrets.push_back(found.secret);
    }
    settings.secrets_complete = was_read_ && !settings.secrets.empty();
    return settings;
}

void WebhookSecrets::attach(webhook::Receiver& receiver) {
    const std::scoped_lock lock(mutex_);
    receiver_ = &receiver;
    hand_over();
}

void WebhookSecrets::hand_over() {
    if (receiver_ != nullptr) receiver_->replace_settings(settings_locked());
}

void WebhookSecrets::replace_configuration(const config::Config& config) {
    const std::scoped_lock lock(mutex_);
    if (options_.url != config.webhook.url || !config.webhook.secrets_from_database) {
        found_.clear();  // they belong to other webhooks, or are not asked for
        was_read_ = false;
    }
    options_ = config.webhook;
    triggers_ = config.triggers;
    waiting_max_ = std::max(waiting_max_usual, config.sweep.webhook_delay);
    hand_over();
}

void WebhookSecrets::take_from_database(const std::vector<std::string>& secrets, Timestamp at) {
    const std::scoped_lock lock(mutex_);
    take_locked(secrets, at);
}

void WebhookSecrets::take_from_database(const webhook_setup::WebhookTarget& looked_for,
                                        const std::vector<std::string>& secrets, Timestamp at) {
    const std::scoped_lock lock(mutex_);
    if (looked_for.url == options_.url) take_locked(secrets, at);
}

void WebhookSecrets::take_locked(const std::vector<std::string>& secrets, Timestamp at) {
    if (!options_.secrets_from_database) return;
    for (Found& found : found_) {
        if (contains(secrets, found.secret)) {
            found.missed_at.reset();
        } else if (!found.missed_at) {
            found.missed_at = at;
        }
    }
    for (const std::string& secret : secrets) {
        const bool is_new = std::none_of(found_.begin(), found_.end(), [&](const Found& found) {
            return same_secret(found.secret, secret);
        });
        if (is_new && !secret.empty()) found_.push_back({secret, std::nullopt});
    }
    std::erase_if(
        found_, [&](const Found& found) { return found.missed_at && at - *found.missed_at >= old_accepted; });
    was_read_ = true;
    hand_over();
}

void WebhookSecrets::read_from_database(database::Connection& connection, const std::string& table_prefix) {
    if (!from_database()) return;
    try {
        const auto target = expectations().target;
        take_from_database(target, webhook_setup::read_webhook_secrets(connection, table_prefix, target));
    } catch (const database::DatabaseError& error) {
        log::warning(
            "the webhook's secrets could not be read from the database; they will be read again soon",
            {{"why", describe(error)}});
    }
}

void WebhookSecrets::read_quickly(const database::ConnectionOptions& options,
                                  const std::string& table_prefix) {
    database::ConnectionOptions hurried = options;
    hurried.connect_timeout = std::min(options.connect_timeout, quick);
    hurried.read_timeout = 2 * quick;  // it must be longer than the other
    hurried.lock_wait_timeout = quick;
    database::Connection connection(hurried);
    const auto target = expectations().target;
    take_from_database(target, webhook_setup::read_webhook_secrets(connection, table_prefix, target));
}

bool WebhookSecrets::from_database() const {
    const std::scoped_lock lock(mutex_);
    return options_.secrets_from_database;
}

webhook_setup::WebhookExpectations WebhookSecrets::expectations() const {
    const std::scoped_lock lock(mutex_);
    return {{options_.url, path_}, settings_locked().secrets, options_.secrets_from_database, waiting_max_};
}

}  // namespace gdprd::daemon
