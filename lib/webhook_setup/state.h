// What Mautic knows about its webhooks that post to this daemon: published or not, what they tell, how the
// last requests went, what waits to be sent, and the secret.
//
// Read from Mautic's tables webhooks, webhook_events, webhook_logs and webhook_queue, without locks, on every
// version; each statement is bounded and goes through an index (`webhooks` has a handful of rows). Payloads,
// notes and names of webhooks are never read. Threads: the thread of the connection. Errors: DatabaseError.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "database/connection.h"
#include "webhook_setup/address.h"

namespace gdprd::webhook_setup {

// The events that the daemon wants to be told of.
inline constexpr const char* opt_out_event = "mautic.lead_channel_subscription_changed";
inline constexpr const char* deletion_event = "mautic.lead_post_delete";

// The newest rows of a webhook's log. Mautic writes one for each request that it sent.
struct WebhookRequests {
    static constexpr std::size_t rows_max = 100;  // as many as Mautic looks at before it switches one off

    std::size_t looked_at = 0;
    std::size_t failed = 0;  // since the last success; all of them when there was none
    // Of those, the newest first, each once: "401"; "" when there was no answer.
    std::vector<std::string> status_codes;
    std::optional<Timestamp> last_failure;
    bool private_address_refused = false;  // Mautic 7 sent the newest of them nowhere
    std::optional<Timestamp> last_success;
};

struct Webhook {
    static constexpr std::uint64_t waiting_max = 10'000;

    std::uint64_t id = 0;
    bool published = false;
    bool tells_opt_outs = false;   // subscribed to mautic.lead_channel_subscription_changed
    bool tells_deletions = false;  // subscribed to mautic.lead_post_delete
    std::string url;               // may have a token in its query: never shown as it is
    std::string server;            // scheme, host and port of its URL
    std::string secret;            // never shown to anybody; "" when it has none
    std::optional<Timestamp> edited_at;
    std::optional<Timestamp> unhealthy_since;  // Mautic 7 says so
    WebhookRequests requests;
    std::uint64_t waiting = 0;  // events in Mautic's own queue, counted up to waiting_max
    std::optional<Timestamp> waiting_since;
};

// Those that point at `target`, by id. Beyond the first 1,000 webhooks nobody looks.
std::vector<Webhook> read_webhooks(database::Connection& connection, const std::string& table_prefix,
                                   const WebhookTarget& target);

// Only their secrets, empty ones left out: one statement.
std::vector<std::string> read_webhook_secrets(database::Connection& connection,
                                              const std::string& table_prefix, const WebhookTarget& target);

// The same of webhooks that were read already.
std::vector<std::string> secrets_of(const std::vector<Webhook>& webhooks);

}  // namespace gdprd::webhook_setup
