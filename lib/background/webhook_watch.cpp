#include "background/webhook_watch.h"

#include <algorithm>

#include "base/error.h"
#include "base/log.h"

namespace gdprd::background {

using webhook_setup::WebhookWarning;

namespace {

bool contains(const std::vector<WebhookWarning>& warnings, const WebhookWarning& wanted) {
    return std::any_of(warnings.begin(), warnings.end(),
                       [&](const WebhookWarning& one) { return one.same_as(wanted); });
}

// Trying again helps; the scheduler does.
bool passes_by_itself(const database::DatabaseError& error) {
    return error.error_class() == database::ErrorClass::connection ||
           error.error_class() == database::ErrorClass::conflict;
}

}  // namespace

WebhookWatch::WebhookWatch(Milliseconds period, Dependencies dependencies)
    : period_(period), dependencies_(std::move(dependencies)) {}

void WebhookWatch::run(const Run& run) {
    try {
        const auto target = dependencies_.expectations().target;
        const auto webhooks =
            webhook_setup::read_webhooks(run.connection, run.rules->plan->table_prefix, target);
        dependencies_.take_secrets(target, webhook_setup::secrets_of(webhooks));
        std::uint64_t waiting = 0;
        for (const auto& webhook : webhooks) waiting += webhook.waiting;
        tell(webhook_setup::judge(webhooks, dependencies_.expectations(), now()), waiting);
    } catch (const database::DatabaseError& error) {
        if (passes_by_itself(error)) throw;
        tell({webhook_setup::cannot_be_read(error)}, 0);
    }
}

void WebhookWatch::tell(const std::vector<WebhookWarning>& warnings, std::uint64_t waiting) {
    std::vector<std::string> sentences;
    for (const auto& warning : warnings) sentences.push_back(describe(warning));
    dependencies_.readiness.set_warnings("webhook", std::move(sentences));
    dependencies_.metrics.mautic_webhook(warnings.size(), waiting);
    log_changes(warnings);
}

// Counts and dates change every minute; a trouble is told when it comes and when it goes.
void WebhookWatch::log_changes(const std::vector<WebhookWarning>& warnings) {
    for (const auto& warning : warnings) {
        if (!contains(told_, warning)) log::warning("webhook: " + describe(warning));
    }
    for (const auto& warning : told_) {
        if (!contains(warnings, warning)) log::info("webhook: resolved: " + warning.text);
    }
    told_ = warnings;
}

}  // namespace gdprd::background
