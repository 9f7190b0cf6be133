// Which secrets the receiver accepts: those of the files, and with [webhook] secret = "from-database" those
// of Mautic's webhooks that point here. One owner, because a reload changes the ones and the watch over the
// webhooks the others. In memory only; never in a log.
//
// Thread-safe.
#pragma once

#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "config/config.h"
#include "database/connection.h"
#include "webhook/receiver.h"
#include "webhook_setup/warnings.h"

namespace gdprd::daemon {

class WebhookSecrets {
  public:
    // Requests that were signed before a secret was changed are on their way or wait in Mautic's queue: the
    // old one is accepted this long after it was first missed.
    static constexpr Milliseconds old_accepted{180'000};

    explicit WebhookSecrets(const config::Config& config);
    WebhookSecrets(const WebhookSecrets&) = delete;
    WebhookSecrets& operator=(const WebhookSecrets&) = delete;

    // The settings of today; from attach() on every change of them goes to the receiver, which must be there
    // as long as anybody changes them.
    webhook::ReceiverSettings settings() const;
    void attach(webhook::Receiver& receiver);

    // A new configuration.
    void replace_configuration(const config::Config& config);

    // What the database has, after each reading of it. Forgotten when nobody asked for it.
    void take_from_database(const std::vector<std::string>& secrets, Timestamp at = now());

    // The same when webhooks of that target were looked for. A reload may have changed it meanwhile: what was
    // found then is forgotten, because it is another webhook's.
    void take_from_database(const webhook_setup::WebhookTarget& looked_for,
                            const std::vector<std::string>& secrets, Timestamp at = now());

    // Reads them at once, at the start and at a reload, if they are asked for. The watch reads them again
    // soon, so an error of the database only goes to the log.
    void read_from_database(database::Connection& connection, const std::string& table_prefix);

    // The same when a request waits for it: over a connection of its own, which gets little time. Throws
    // Error.
    void read_quickly(const database::ConnectionOptions& options, const std::string& table_prefix);

    bool from_database() const;
    webhook_setup::WebhookExpectations expectations() const;

  private:
    struct Found {
        std::string secret;
        std::optional<Timestamp> missed_at;  // it is not there any more, since then
    };

    webhook::ReceiverSettings settings_locked() const;
    void take_locked(const std::vector<std::string>& secrets, Timestamp at);
    void hand_over();

    const std::string path_;  // a change of it needs a restart
    mutable std::mutex mutex_;
    // Protected by mutex_.
    config::WebhookOptions options_;
    policy::Triggers triggers_;
    Milliseconds waiting_max_{};
    std::vector<Found> found_;  // in the database
    bool was_read_ = false;     // the database
    webhook::Receiver* receiver_ = nullptr;
};

}  // namespace gdprd::daemon
