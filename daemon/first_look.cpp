#include "daemon/first_look.h"

#include <algorithm>
#include <chrono>

#include "base/error.h"
#include "base/log.h"
#include "daemon/live_settings.h"
#include "database/connection.h"
#include "database/unusable.h"

namespace gdprd::daemon {

namespace {

using database::ErrorClass;

constexpr Milliseconds connect_timeout_max{5'000};
constexpr Milliseconds lock_wait{1'000};
constexpr Milliseconds signal_look{20};

// Workers try again with all the time they are given.
database::ConnectionOptions hurried(database::ConnectionOptions options) {
    options.connect_timeout = std::min(options.connect_timeout, connect_timeout_max);
    options.lock_wait_timeout = std::min(options.lock_wait_timeout, lock_wait);
    return options;
}

void look_at(const config::Config& config, worker::PlanCache& rules, WebhookSecrets& secrets,
             health::Readiness& readiness, health::Metrics& metrics) {
    const auto not_there = [&](const Error& error, const char* what) {
        readiness.set(health::Component::database, false, describe(error));
        metrics.database_up(false);
        log::warning(what, {{"why", describe(error)}});
    };
    constexpr const char* unreachable =
        "the database is unreachable; webhooks are accepted and kept until it is back";
    try {
        database::Connection connection(hurried(config.database));
        rules.refresh(connection, nullptr);
        secrets.read_from_database(connection, config.mautic.table_prefix);
        tell_missing_keys(connection, config, readiness);
        readiness.set(health::Component::database, true, {});
        readiness.set_database_server(connection.server_name());
        metrics.database_up(true);
        metrics.database_server(connection.server_name());
    } catch (const database::DatabaseError& error) {
        if (error.error_class() == ErrorClass::conflict) {
            not_there(error, "a table is locked; webhooks are accepted and kept until it is free");
        } else if (error.error_class() == ErrorClass::connection) {
            not_there(error, unreachable);
        } else {
            throw;
        }
    } catch (const database::UnusableDatabase& error) {
        not_there(error, unreachable);
    }
}

}  // namespace

FirstLook::FirstLook(const config::Config& config, worker::PlanCache& rules, WebhookSecrets& secrets,
                     health::Readiness& readiness, health::Metrics& metrics) {
    look_ = std::async(std::launch::async, [&] {
        const database::ThreadScope thread;
        look_at(config, rules, secrets, readiness, metrics);
    });
}

// Nobody asks any more what it threw: it is in the log, and the workers come to the same.
FirstLook::~FirstLook() {
    if (look_.valid()) look_.wait();
}

FirstLook::End FirstLook::wait(Signals& signals, Milliseconds limit) {
    const auto deadline = std::chrono::steady_clock::now() + limit;
    while (look_.wait_for(signal_look) != std::future_status::ready) {
        if (signals.stop_requested()) return End::stopped;
        if (std::chrono::steady_clock::now() < deadline) continue;
        log::warning("the first look at the database takes long; webhooks are accepted and kept meanwhile",
                     {{"after", format_duration(limit)}});
        return End::lasts;
    }
    look_.get();
    return End::over;
}

}  // namespace gdprd::daemon
