#include "daemon/command/check/webhook.h"

#include "daemon/command/common.h"
#include "daemon/webhook_secrets.h"
#include "webhook_setup/warnings.h"

namespace gdprd::command {

namespace {

constexpr const char* topic = "webhook";

void tell(const webhook_setup::WebhookWarning& warning, CheckReport& report) {
    report.warning(topic, warning.text, warning.advice);
}

std::string last_request(const webhook_setup::Webhook& webhook) {
    const auto& log = webhook.requests;
    if (log.last_success) return ", a request was accepted at " + shown_time(*log.last_success);
    return log.looked_at == 0 ? ", no request yet" : "";
}

void tell_all_is_well(const webhook_setup::Webhook& webhook, CheckReport& report) {
    report.ok(topic, "Mautic's webhook " + std::to_string(webhook.id) +
                         ": published, subscribed, its secret is known" + last_request(webhook) +
                         (webhook.waiting > 0 ? ", " + counted(webhook.waiting, "event") + " waiting" : ""));
}

std::vector<webhook_setup::Webhook> read(database::Connection& connection, const config::Config& config,
                                         daemon::WebhookSecrets& secrets) {
    auto webhooks =
        webhook_setup::read_webhooks(connection, config.mautic.table_prefix, secrets.expectations().target);
    secrets.take_from_database(webhook_setup::secrets_of(webhooks));
    return webhooks;
}

}  // namespace

void check_webhook(database::Connection& connection, const config::Config& config, CheckReport& report) {
    try {
        daemon::WebhookSecrets secrets(config);
        const auto webhooks = read(connection, config, secrets);
        const auto warnings = webhook_setup::judge(webhooks, secrets.expectations(), now());
        for (const auto& warning : warnings) tell(warning, report);
        if (!warnings.empty()) return;
        for (const auto& webhook : webhooks) {
            if (webhook.published && webhook.tells_opt_outs) tell_all_is_well(webhook, report);
        }
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == database::ErrorClass::connection) throw;
        tell(webhook_setup::cannot_be_read(error), report);
    }
}

}  // namespace gdprd::command
