#include "daemon/daemon.h"

#include <csignal>
#include <memory>
#include <vector>

#include "background/scheduler.h"
#include "base/error.h"
#include "base/log.h"
#include "daemon/assembly.h"
#include "daemon/background.h"
#include "daemon/first_look.h"
#include "daemon/live_settings.h"
#include "daemon/sealing.h"
#include "daemon/secrets_reader.h"
#include "daemon/service_notify.h"
#include "daemon/signals.h"
#include "daemon/socket_thread.h"
#include "daemon/web.h"
#include "daemon/webhook_secrets.h"
#include "database/connection.h"
#include "health/metrics.h"
#include "health/progress.h"
#include "health/readiness.h"
#include "notify/sender.h"
#include "queue/queue.h"
#include "webhook/receiver.h"
#include "worker/outage_report.h"
#include "worker/plan_cache.h"
#include "worker/pool.h"
#include "worker/queue_source.h"

namespace gdprd::daemon {

namespace {

constexpr Milliseconds status_period{5'000};
constexpr Milliseconds first_look_wait{5'000};
constexpr Milliseconds seal_time_at_stop{12'000};

std::string status_line(queue::Queue& queue) {
    try {
        const queue::QueueStatus status = queue.status();
        const auto& jobs = status.jobs;
        const auto count = [&](queue::JobState state) { return std::to_string(jobs.at(state)); };
        return std::string(status.paused_since ? "erasing PAUSED, " : "") + "ready " +
               count(queue::JobState::ready) + ", waiting " + count(queue::JobState::waiting) +
               ", settling " + count(queue::JobState::settling) + ", parked " +
               count(queue::JobState::parked);
    } catch (const Error& error) {
        return std::string("queue: ") + error.what();
    }
}

std::vector<std::unique_ptr<notify::Sender>> start_senders(const config::Config& config,
                                                           health::Metrics& metrics) {
    std::vector<std::unique_ptr<notify::Sender>> senders;
    for (const notify::Receiver& receiver : config.notify.receivers) {
        senders.push_back(std::make_unique<notify::Sender>(receiver, config.notify, config.database,
                                                           config.ledger.database, metrics));
    }
    return senders;
}

// Until a signal says stop. Reloads and status lines in between.
void wait_for_stop(Signals& signals, LiveSettings& settings, queue::Queue& queue) {
    for (;;) {
        switch (signals.wait(status_period)) {
            case Signals::Event::stop:
                return;
            case Signals::Event::reload:
                service::notify_reloading();
                settings.reload();
                service::notify_ready(status_line(queue));
                break;
            case Signals::Event::none:
                service::notify_status(status_line(queue));
                break;
        }
    }
}

}  // namespace

// Built from top to bottom, torn down from bottom to top.
int serve(const std::filesystem::path& config_file) {
    const Timestamp started = now();
    // Before any thread: signals are waited for here and nowhere else.
    Signals signals;
    const database::ThreadScope thread;
    const auto assembly = std::make_shared<const Assembly>(config_file);
    const config::Config& config = assembly->config;
    log::configure(config.log.level, config.log.format);
    for (const std::string& warning : config.warnings) log::warning(warning);

    health::Metrics metrics(GDPRD_VERSION);
    health::Readiness readiness;
    health::Progress progress;

    queue::Queue queue(config.queue);
    watch_queue(queue, config.health.backlog_age_max, readiness, metrics);

    worker::PlanCache rules(config.mautic.table_prefix, rules_builder(assembly),
                            rules_observer(readiness, metrics));
    WebhookSecrets secrets(config);
    webhook::Receiver receiver(
        secrets.settings(), [&](std::span<const queue::Arrival> arrivals) { queue.store(arrivals); },
        [&](webhook::Receipt receipt, std::size_t events) {
            metrics.received(webhook::name_of(receipt), events);
        });
    secrets.attach(receiver);

    // A database that is down, or whose tables are locked or not there, is no reason not to start, because
    // webhooks are taken without it; a policy that does not fit is.
    FirstLook first_look(config, rules, secrets, readiness, metrics);
    if (first_look.wait(signals, first_look_wait) == FirstLook::End::stopped) {
        signals.next_one_kills();
        log::info("stopped before it had started");
        return 0;
    }

    SecretsReader secrets_reader([&] { secrets.read_quickly(config.database, config.mautic.table_prefix); },
                                 {});
    receiver.when_unmatched([&] { return !secrets.from_database() || secrets_reader.read_now(); });
    orphans::Deletions deletions;
    receiver.when_deleted([&deletions](std::span<const ContactId> contacts) { deletions.add(contacts); });
    http::Server server(server_options(config), routes(config, receiver, metrics, readiness, progress));
    watch_sockets(server, progress, metrics);
    LiveSettings settings(config_file, assembly, rules, secrets, readiness, metrics);

    const service::Watchdog watchdog([&] { return progress.healthy(); });
    worker::QueueSource jobs(queue, metrics);
    worker::OutageReport outage(metrics, readiness);
    worker::Pool workers(config.worker, config.database, jobs, rules, {metrics, progress, outage});
    background::Scheduler scheduler(config.database, {config.sweep.busy_threads}, started, rules, progress,
                                    background_tasks(config, queue, secrets, deletions, metrics, readiness));
    auto senders = start_senders(config, metrics);
    SocketThread sockets(server, signals);

    log::info("ready", {{"version", GDPRD_VERSION},
                        {"webhook_address", config.webhook_listener.unix_socket.empty()
                                                ? config.webhook_listener.address
                                                : config.webhook_listener.unix_socket},
                        {"webhook_port", server.port(0)},
                        {"workers", config.worker.threads}});
    service::notify_ready(status_line(queue));
    wait_for_stop(signals, settings, queue);

    signals.next_one_kills();
    log::info("stopping: finishing the requests in flight and the current batch");
    service::notify_stopping("stopping");
    for (const auto& sender : senders) sender->request_stop();
    const int exit_code = sockets.stop();
    scheduler.stop();
    workers.stop();
    senders.clear();
    seal_at_stop(config, seal_time_at_stop);
    log::info("stopped");
    return exit_code;
}

}  // namespace gdprd::daemon
