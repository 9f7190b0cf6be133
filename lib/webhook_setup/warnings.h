// What is wrong with Mautic's webhooks to this daemon, in words that an administrator can act on. Pure.
//
// Ids, counts, dates and status codes only: no URL, no name of a webhook, no secret.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "webhook_setup/state.h"

namespace gdprd::webhook_setup {

struct WebhookWarning {
    enum class Kind {
        none_points_here,
        unpublished,
        not_subscribed,
        empty_secret,
        unknown_secret,
        failing,
        unhealthy,
        piling_up,
        several_servers,  // whose secret would be taken for ours?
        unreadable,       // the database refused
    };

    Kind kind = Kind::none_points_here;
    std::uint64_t webhook = 0;  // 0: about all of them
    std::string text;
    std::string advice;

    // The same trouble, though its counts and dates may have changed.
    bool same_as(const WebhookWarning& other) const { return kind == other.kind && webhook == other.webhook; }
};

// Text and advice on one line.
std::string describe(const WebhookWarning& warning);

struct WebhookExpectations {
    WebhookTarget target;
    std::vector<std::string> secrets;    // that the daemon accepts
    bool secrets_from_database = false;  // and takes over from the webhooks
    Milliseconds waiting_max{900'000};   // an event that waits longer in Mautic's queue is told
};

// `webhooks` are those that point at the target. While one of them is published and tells of opt-outs, others
// that do not are nobody's concern.
std::vector<WebhookWarning> judge(const std::vector<Webhook>& webhooks, const WebhookExpectations& expected,
                                  Timestamp now);

// When the tables could not be read.
WebhookWarning cannot_be_read(const database::DatabaseError& error);

}  // namespace gdprd::webhook_setup
