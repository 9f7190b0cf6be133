#include "daemon/command/check/notifications.h"

#include <algorithm>

#include "daemon/command/check/grants.h"
#include "daemon/command/common.h"
#include "outbox/outbox.h"

namespace gdprd::command {

namespace {

constexpr const char* notifications_topic = "notifications";

bool is_configured(const config::Config& config, const std::string& name) {
    const auto& receivers = config.notify.receivers;
    return std::any_of(receivers.begin(), receivers.end(),
                       [&](const notify::Receiver& one) { return one.name == name; });
}

void check_receiver(const outbox::OutboxFigures& figures, bool configured, CheckReport& report) {
    if (!configured) {
        report.warning(
            notifications_topic,
            counted(figures.waiting + figures.parked, "erasure") + " of which " + figures.receiver +
                " was not told, and it is not in [notify.urls]",
            "Put it back, or run `mautic-gdprd notify discard --receiver " + figures.receiver + '`');
    } else if (figures.parked > 0) {
        report.warning(
            notifications_topic,
            counted(figures.parked, "erasure") + " of which " + figures.receiver + " could not be told",
            "`mautic-gdprd notify list --state parked` shows why");
    }
}

}  // namespace

void check_notifications(database::Connection& connection, const config::Config& config, int format,
                         CheckReport& report) {
    for (const notify::Receiver& receiver : config.notify.receivers) {
        report.ok(notifications_topic, receiver.name + " is told of erasures: " + receiver.url.place());
    }
    if (format < ledger::Ledger::format) return;
    if (!config.notify.receivers.empty()) {
        check_notification_grants(connection, config.ledger.database, report);
    }
    try {
        for (const outbox::OutboxFigures& figures :
             outbox::Outbox(connection, config.ledger.database).figures()) {
            check_receiver(figures, is_configured(config, figures.receiver), report);
        }
    } catch (const database::DatabaseError& error) {  // said by the grants
        if (error.error_class() != database::ErrorClass::privilege) throw;
    }
}

}  // namespace gdprd::command
